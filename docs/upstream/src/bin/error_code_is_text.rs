//! The code of a refusal is text; in the reference implementation it is a number.

use std::process::ExitCode;

use socketioxide::SocketIo;
use upstream::{report, request, serve};

#[tokio::main]
async fn main() -> ExitCode {
    let address = serve(SocketIo::builder(), |io| {
        io.ns("/", async || ());
    })
    .await;
    let answer = request(address, "GET", "EIO=4&transport=polling&sid=AAAAAAAAAAAAAAAA", "").await;
    report(r#"400 {"code":1,"message":"Session ID unknown"}"#, answer.expect("an answer").line())
}
