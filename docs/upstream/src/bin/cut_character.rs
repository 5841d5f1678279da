//! A POST of Engine.IO 3 whose packet ends in the middle of a character takes a thread for good.

use std::process::ExitCode;

use socketioxide::SocketIo;
use upstream::{field, report, request, serve};

fn main() -> ExitCode {
    let server = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let server = server.expect("a runtime");
    let address = server.block_on(serve(SocketIo::builder(), |io| {
        io.ns("/", async || ());
    }));
    // The clients need a thread that the server cannot take.
    let clients = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let code = clients.block_on(async {
        let open = request(address, "GET", "EIO=3&transport=polling", "").await.expect("an answer");
        let sid = field(&open.body, "sid").expect("an open packet has a sid");
        let query = format!("EIO=3&transport=polling&sid={sid}");
        // Two UTF-16 units are `4` and half of the character.
        let answer = request(address, "POST", &query, "2:4🔥1:2").await;
        report("400", answer.map_or("no answer".to_owned(), |answer| answer.line()))
    });
    // Its thread does not stop.
    server.shutdown_background();
    code
}
