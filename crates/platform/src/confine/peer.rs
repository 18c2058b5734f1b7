//! Whose program is on the other end of a loopback connection.

use std::fs;
use std::io;
use std::net::{IpAddr, SocketAddr};

use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socket_with,
};

/// The user id that owns the socket whose own address is `peer` and that is connected to `local`.
///
/// `None` if there is none such on this machine. The kernel is asked for that one socket; where it
/// does not answer (no `inet_diag`), its table of all sockets is read.
pub fn user_of(local: SocketAddr, peer: SocketAddr) -> Option<u32> {
    match ask(peer, local) {
        Ok(user) => user,
        Err(_) => {
            let table = match peer {
                SocketAddr::V4(_) => "/proc/net/tcp",
                SocketAddr::V6(_) => "/proc/net/tcp6",
            };
            find(&fs::read_to_string(table).ok()?, peer, local)
        }
    }
}

/// sock_diag(7): one message for one socket.
///
/// ```text
///  nlmsghdr 16 │ family u8, protocol u8, extensions u8, pad u8, states u32 │ sockid 48
///  nlmsghdr 16 │ family u8, state u8, timer u8, retrans u8 │ sockid 48 │ 3 × u32 │ uid u32 │ …
/// ```
fn ask(own: SocketAddr, remote: SocketAddr) -> io::Result<Option<u32>> {
    const SOCK_DIAG_BY_FAMILY: u16 = 20;
    const NLMSG_ERROR: u16 = 2;
    const NLM_F_REQUEST: u16 = 1;
    const TCP: u8 = 6;
    const REQUEST_BYTES: u32 = 16 + 8 + 48;
    const UID_AT: usize = 16 + 4 + 48 + 12;
    const ENOENT: i32 = -2;
    let family = if own.is_ipv4() { 2u8 } else { 10 };
    let mut request = Vec::with_capacity(REQUEST_BYTES as usize);
    request.extend(REQUEST_BYTES.to_ne_bytes());
    request.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
    request.extend(NLM_F_REQUEST.to_ne_bytes());
    request.extend([0; 8]);
    request.extend([family, TCP, 0, 0]);
    request.extend(u32::MAX.to_ne_bytes());
    request.extend(own.port().to_be_bytes());
    request.extend(remote.port().to_be_bytes());
    for address in [own.ip(), remote.ip()] {
        let mut bytes = [0; 16];
        match address {
            IpAddr::V4(ip) => bytes[..4].copy_from_slice(&ip.octets()),
            IpAddr::V6(ip) => bytes.copy_from_slice(&ip.octets()),
        }
        request.extend(bytes);
    }
    // Any interface, any cookie.
    request.extend([0; 4]);
    request.extend([0xff; 8]);
    let socket = socket_with(
        AddressFamily::NETLINK,
        SocketType::RAW,
        SocketFlags::CLOEXEC,
        Some(rustix::net::netlink::SOCK_DIAG),
    )?;
    send(&socket, &request, SendFlags::empty())?;
    let mut answer = [0u8; 512];
    let (length, _) = recv(&socket, &mut answer, RecvFlags::empty())?;
    let answer = &answer[..length];
    let word = |at: usize| -> io::Result<[u8; 4]> {
        let bytes = answer.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.ok_or_else(|| io::Error::other("a short answer of sock_diag"))
    };
    if u32::from_ne_bytes(word(4)?) as u16 == NLMSG_ERROR {
        return match i32::from_ne_bytes(word(16)?) {
            ENOENT => Ok(None),
            error => Err(io::Error::from_raw_os_error(-error)),
        };
    }
    Ok(Some(u32::from_ne_bytes(word(UID_AT)?)))
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
        let local = server.local_addr().unwrap();
        assert_eq!(user_of(local, peer), Some(own));
        // Both ways of asking say the same.
        assert_eq!(ask(peer, local).unwrap(), Some(own));
        assert_eq!(find(&fs::read_to_string("/proc/net/tcp").unwrap(), peer, local), Some(own));
        drop(client);
        let nobody = "127.0.0.1:1".parse().unwrap();
        assert_eq!(user_of(server.local_addr().unwrap(), nobody), None);
    }
}
