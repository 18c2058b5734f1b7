//! Whose program is on the other end of a loopback connection.

use std::fs;
use std::net::{IpAddr, SocketAddr};

/// The user id that owns the socket whose own address is `peer` and that is connected to `local`.
///
/// `None` if there is none such on this machine.
pub fn user_of(local: SocketAddr, peer: SocketAddr) -> Option<u32> {
    let table = match peer {
        SocketAddr::V4(_) => "/proc/net/tcp",
        SocketAddr::V6(_) => "/proc/net/tcp6",
    };
    find(&fs::read_to_string(table).ok()?, peer, local)
}

/// A row is `sl local remote state queues timer retransmits uid …`.
fn find(table: &str, own: SocketAddr, remote: SocketAddr) -> Option<u32> {
    let (own, remote) = (written(own), written(remote));
    table.lines().skip(1).find_map(|line| {
        let mut words = line.split_ascii_whitespace().skip(1);
        (words.next()? == own && words.next()? == remote).then(|| words.nth(4)?.parse().ok())?
    })
}

/// An address as the kernel prints it: words in the machine's byte order, in hexadecimal.
fn written(address: SocketAddr) -> String {
    use std::fmt::Write as _;
    let bytes = match address.ip() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    let mut text = String::new();
    for word in bytes.chunks_exact(4) {
        let word = u32::from_ne_bytes(word.try_into().expect("four bytes"));
        let _ = write!(text, "{word:08X}");
    }
    let _ = write!(text, ":{:04X}", address.port());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn the_owner_of_a_connection_is_found() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (server, peer) = listener.accept().unwrap();
        let own = rustix::process::geteuid().as_raw();
        assert_eq!(user_of(server.local_addr().unwrap(), peer), Some(own));
        drop(client);
        let nobody = "127.0.0.1:1".parse().unwrap();
        assert_eq!(user_of(server.local_addr().unwrap(), nobody), None);
    }
}
