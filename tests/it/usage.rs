//! What a server uses, by proc(5).

use crate::server::Server;

impl Server {
    /// The server's resident memory in MB (`VmRSS` of proc(5)).
    pub fn memory(&self) -> f64 {
        let pid = self.pid().as_raw_nonzero();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("/proc is readable");
        let kilobytes =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next());
        kilobytes.and_then(|kilobytes| kilobytes.parse::<f64>().ok()).expect("a number") / 1024.0
    }

    /// The CPU time that the server has used, in seconds (proc(5), in ticks of 10 ms).
    pub fn cpu(&self) -> f64 {
        let pid = self.pid().as_raw_nonzero();
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("/proc is readable");
        // The name before it may contain spaces.
        let (_, fields) = stat.rsplit_once(')').expect("the name is in parentheses");
        let ticks =
            fields.split_whitespace().skip(11).take(2).map(|field| field.parse::<f64>().expect("a number"));
        ticks.sum::<f64>() / 100.0
    }
}
