//! The clock of these tests stands still and jumps to the next alarm once everything waits.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

use super::*;

/// What one direction holds before its writer has to wait.
const PIPE_BYTES: usize = 16;

const PATIENCE: Patience = Patience {
    header: Duration::from_secs(10),
    idle: Duration::from_secs(75),
    write_idle: Duration::from_secs(30),
    drain: Duration::from_mins(1),
};

struct Yard {
    client: DuplexStream,
    connection: Connection<DuplexStream>,
    begun: Instant,
}

fn yard() -> Yard {
    let (client, server) = tokio::io::duplex(PIPE_BYTES);
    let connection = Connection::new(server, PATIENCE, Arc::default());
    Yard { client, connection, begun: Instant::now() }
}

impl Yard {
    async fn send(&mut self, bytes: &[u8]) {
        self.client.write_all(bytes).await.unwrap();
        self.connection.read_exact(&mut vec![0; bytes.len()]).await.unwrap();
    }

    async fn answer(&mut self) {
        self.connection.turn.begin_answer();
        self.connection.turn.end_answer();
        self.connection.write_all(b"answer").await.unwrap();
        self.client.read_exact(&mut [0; 6]).await.unwrap();
    }

    async fn wait(&mut self, secs: u64) {
        let read = tokio::time::timeout(Duration::from_secs(secs), self.connection.read_u8()).await;
        assert!(read.is_err(), "{read:?}");
    }

    /// Seconds from now until the connection breaks off.
    async fn is_cut_after(&mut self) -> u64 {
        let from = Instant::now();
        assert_eq!(self.connection.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        from.elapsed().as_secs()
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_sends_nothing_has_the_time_of_a_head() {
    assert_eq!(yard().is_cut_after().await, 10);
}

#[tokio::test(start_paused = true)]
async fn a_head_that_comes_byte_by_byte_has_no_more() {
    let mut yard = yard();
    for _ in 0..3 {
        yard.send(b"G").await;
        yard.wait(3).await;
    }
    assert_eq!(yard.is_cut_after().await, 1);
    assert_eq!(yard.begun.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn between_requests_a_client_may_rest() {
    let mut yard = yard();
    yard.send(b"GET /").await;
    yard.answer().await;
    yard.wait(70).await;
    yard.send(b"GET /").await;
    yard.answer().await;
    assert_eq!(yard.is_cut_after().await, 75);
}

#[tokio::test(start_paused = true)]
async fn a_head_that_begins_after_a_rest_has_the_time_of_a_head() {
    let mut yard = yard();
    yard.send(b"GET /").await;
    yard.answer().await;
    yard.wait(70).await;
    yard.send(b"G").await;
    assert_eq!(yard.is_cut_after().await, 10);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_waits_for_its_answer_is_never_cut() {
    let mut yard = yard();
    yard.send(b"GET /").await;
    yard.connection.turn.begin_answer();
    yard.wait(3600).await;
    yard.answer().await;
    assert_eq!(yard.is_cut_after().await, 75);
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_no_byte_is_cut() {
    let mut yard = yard();
    yard.send(b"GET /").await;
    let written = yard.connection.write_all(&[0; PIPE_BYTES + 1]).await;
    assert_eq!((written.unwrap_err().kind(), yard.begun.elapsed().as_secs()), (io::ErrorKind::TimedOut, 30));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_takes_a_byte_now_and_then_is_not() {
    let mut yard = yard();
    yard.send(b"GET /").await;
    let Yard { mut client, mut connection, begun } = yard;
    let reading = tokio::spawn(async move {
        for _ in 0..PIPE_BYTES {
            tokio::time::sleep(Duration::from_secs(29)).await;
            client.read_u8().await.unwrap();
        }
        client
    });
    connection.write_all(&[0; 2 * PIPE_BYTES]).await.unwrap();
    assert_eq!(begun.elapsed().as_secs(), 29 * PIPE_BYTES as u64);
    drop(reading.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_body_that_was_asked_for_is_no_head() {
    let mut yard = yard();
    yard.send(b"POST /").await;
    yard.connection.turn.begin_answer();
    yard.connection.write_all(b"100").await.unwrap();
    for _ in 0..20 {
        yard.send(b"body").await;
        yard.wait(9).await;
    }
    yard.connection.turn.end_answer();
    assert_eq!(yard.is_cut_after().await, 75);
}
