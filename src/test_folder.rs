//! A folder for the files of one test.

use std::fs;
use std::path::PathBuf;

use uuid::Uuid;

/// An empty folder, removed when dropped.
pub struct TestFolder(pub PathBuf);

impl TestFolder {
    pub fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("touchline-test-{}", Uuid::now_v7()));
        fs::create_dir(&folder).expect("a folder for temporary files");
        Self(folder)
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}
