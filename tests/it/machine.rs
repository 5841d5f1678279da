//! This machine's address on the network, and certificates for it.

use std::net::{IpAddr, UdpSocket};
use std::process::Stdio;

use tokio::process::Command;

use crate::databases::Folder;

/// This machine's address on the network. Sends nothing.
pub fn own_address() -> IpAddr {
    let socket = UdpSocket::bind("0.0.0.0:0").expect("a socket");
    socket.connect("192.0.2.1:9").expect("this machine has a way to others");
    socket.local_addr().expect("it is bound").ip()
}

/// Makes a self-signed certificate for this machine; returns the paths of the certificate and its key.
pub async fn make_certificate(folder: &Folder, name: &str) -> (String, String) {
    let path = |kind: &str| folder.0.join(format!("{name}.{kind}")).display().to_string();
    let (certificate, key) = (path("pem"), path("key"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
        .args(["-subj", "/CN=tests", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-out", &certificate, "-keyout", &key])
        .stderr(Stdio::null())
        .status()
        .await;
    assert!(made.expect("openssl is installed: make system").success(), "openssl makes a certificate");
    (certificate, key)
}
