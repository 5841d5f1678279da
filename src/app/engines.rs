//! Builds the Socket.IO engines from the settings.

use axum::Router;
use socketioxide::{ParserConfig, SocketIo, SocketIoBuilder};

use crate::config::{ConnectionOptions, bytes};
use crate::transport::socketio::engines::EngineServices;
use crate::transport::socketio::workarounds::max_payload::NO_LIMIT;
use crate::transport::socketio::workarounds::reserved_slots::SPARE_PLACES;

/// Builds the Engine.IO services, and the Socket.IO instance of each.
pub(super) fn build_engines(settings: &ConnectionOptions) -> (EngineServices, [SocketIo; 4]) {
    let build = |builder: SocketIoBuilder| builder.build_with_inner_svc(Router::new());
    let of_json = || socket_io(settings);
    let of_msgpack = || of_json().with_parser(ParserConfig::msgpack());
    let (json, for_json) = build(of_json());
    let places = settings.queue_size + SPARE_PLACES;
    let polling = |builder: SocketIoBuilder| builder.max_payload(NO_LIMIT).max_buffer_size(places);
    let (polling_json, for_polling_json) = build(polling(of_json()));
    let (msgpack, for_msgpack) = build(of_msgpack());
    let (polling_msgpack, for_polling_msgpack) = build(polling(of_msgpack()));
    let engines = EngineServices { json, polling_json, msgpack, polling_msgpack };
    let ios = [for_json, for_polling_json, for_msgpack, for_polling_msgpack];
    (engines, ios)
}

/// The Socket.IO configuration. It enables the limits that are off by default.
fn socket_io(settings: &ConnectionOptions) -> SocketIoBuilder {
    // Engines do not know namespaces, so they get the larger limit. `frame_check.rs` and `request.rs` apply each
    // session's limit first.
    let packet = bytes(settings.max_packet.max(settings.max_admin_packet));
    let parser = ParserConfig::common()
        .max_incoming_binaries(settings.max_attachments)
        .max_incoming_binary_buf_size(bytes(settings.max_packet));
    SocketIo::builder()
        .req_path("/socket.io")
        .ping_interval(settings.ping_interval)
        .ping_timeout(settings.ping_timeout)
        .connect_timeout(settings.connect_timeout)
        .upgrade_timeout(settings.connect_timeout)
        .max_buffer_size(settings.queue_size)
        .max_payload(settings.max_packet.as_u64())
        .ws_max_message_size(packet)
        .ws_max_frame_size(packet)
        // Viewers send little, so a small buffer saves most of the memory of a connection.
        .ws_read_buffer_size(128)
        .with_parser(parser)
}
