//! Tests of the whole, from outside: storage on both databases, and the program as a process.

mod databases;
mod storage;
