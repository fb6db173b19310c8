//! What is bounded: streams at once, and the patience with clients that don't send or don't read.

use std::net::SocketAddr;
use std::time::Duration;

use patient_listener::Patience;
use snapshot_format::token::Grant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::yard::{FOREVER, Yard, error_code, grant, header, sign, start, start_with, token};

/// More than all buffers between here and there hold.
const LARGE: usize = 32 << 20;

/// A client that asks for a file and doesn't read.
async fn connect_and_ask(yard: &Yard, id: u64) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(yard.address).await.unwrap();
    let request =
        format!("GET /api/private-origin/stream/{} HTTP/1.1\r\nhost: nas\r\nconnection: close\r\n\r\n", token(id));
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut first = [0; 12];
    stream.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    stream
}

#[tokio::test]
async fn above_max_streams_a_client_is_told_to_come_again() {
    let yard = start(&["private_origin.max_streams=1"]).await;
    let id = yard.add("large.mp3", &vec![7; LARGE]);
    let mut reading = connect_and_ask(&yard, id).await;
    let refused = yard.get(id, &[]).await;
    assert_eq!(refused.status(), 429);
    assert!(header(&refused, "retry-after").parse::<u32>().unwrap() > 0);
    assert_eq!(error_code(refused).await, "too_many_streams");
    let etag = header(&yard.ask(reqwest::Method::HEAD, &token(id), &[]).await, "etag").to_owned();
    assert_eq!(yard.get(id, &[("if-none-match", &etag)]).await.status(), 304);

    let mut rest = Vec::new();
    timeout(FOREVER, reading.read_to_end(&mut rest)).await.unwrap().unwrap();
    assert!(rest.len() > LARGE);
    assert_eq!(yard.get(id, &[("range", "bytes=0-0")]).await.status(), 206);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_cut_and_frees_its_place() {
    let patience = Patience { write_idle: Duration::from_millis(50), ..Patience::default() };
    let yard = start_with(&["private_origin.max_streams=1"], patience).await;
    let id = yard.add("large.mp3", &vec![7; LARGE]);
    let idle = connect_and_ask(&yard, id).await;
    let served = async {
        while yard.get(id, &[("range", "bytes=0-0")]).await.status() != 206 {
            tokio::task::yield_now().await;
        }
    };
    timeout(FOREVER, served).await.unwrap();
    drop(idle);
}

#[tokio::test]
async fn a_client_that_does_not_send_is_cut() {
    let patience = Patience { header: Duration::from_millis(50), ..Patience::default() };
    let yard = start_with(&[], patience).await;
    for begun in ["", "GET / HTTP/1.1\r\nhost: na"] {
        assert!(is_closed(yard.address, begun).await, "{begun:?}");
    }
}

async fn is_closed(address: SocketAddr, begun: &str) -> bool {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(begun.as_bytes()).await.unwrap();
    let mut rest = Vec::new();
    timeout(FOREVER, stream.read_to_end(&mut rest)).await.is_ok()
}

#[tokio::test]
async fn a_listener_whose_credentials_are_gone_is_not_served_any_more() {
    let yard = start(&[]).await;
    let id = yard.add("song.mp3", b"0123456789");
    yard.execute(
        "INSERT INTO users (user_id, name, role, password_hash, created_at) VALUES (1, 'ann', 'user', '', 0);
         INSERT INTO app_credentials (user_id, kind, label, sealed, created_at) VALUES (1, 'app_password', 'phone', x'00', 0);",
    );
    let ask = async |listener| yard.ask(reqwest::Method::GET, &sign(&Grant { listener, ..grant(id) }), &[]).await;
    let status = async |listener| ask(listener).await.status().as_u16();
    assert_eq!((status(1).await, status(1).await, status(0).await), (200, 200, 200));
    assert_eq!(status(9).await, 200, "whom the NAS doesn't know it has taken nothing from");
    assert_eq!(header(&ask(1).await, "cache-control"), "no-cache", "a cache would go on without asking");
    yard.execute("DELETE FROM app_credentials");
    assert_eq!((status(1).await, status(0).await), (403, 200));
    yard.execute("DELETE FROM users");
    assert_eq!(status(1).await, 403);
}
