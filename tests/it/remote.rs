//! Alignments at addresses: refused unless the program was built and asked for it; then the same report as
//! from the local file, with no more bytes than the places that matter.

use assert_cmd::Command;
use tempfile::TempDir;

use crate::program::{breakapart, error_line};

/// `call` of an address, with whatever an environment says about proxies left out.
fn call(address: &str) -> Command {
    let mut command = breakapart();
    command.args(["call", "--stdout", "json", address]);
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(name);
    }
    command
}

#[cfg(not(feature = "remote"))]
#[test]
fn an_address_is_refused_by_a_program_without_remote_inputs() {
    let folder = TempDir::new().unwrap();
    for address in ["https://example.org/run/x.bam?token=hidden", "s3://bucket/x.bam"] {
        for asked in [false, true] {
            let mut command = call(address);
            if asked {
                command.arg("--remote");
            }
            let line = error_line(&command.current_dir(&folder).assert().code(1));
            let bare = address.split('?').next().unwrap();
            assert!(
                line.contains(&format!("{bare}: ")) && line.contains("built without remote inputs"),
                "{line}"
            );
            assert!(!line.contains("hidden"), "{line}");
        }
    }
}

#[cfg(feature = "remote")]
mod built_in {
    use std::fs;
    use std::io::{BufRead, BufReader, Write};
    use std::net::{TcpListener, TcpStream};
    use std::path::{Path, PathBuf};
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::sync::{Arc, Mutex};
    use std::thread;

    use super::*;
    use crate::input::written::{index_bam, write_bam};
    use crate::made;
    use crate::program::{errors, output};

    /// What the server does wrong.
    #[derive(Clone, Copy, PartialEq, Eq)]
    enum Fault {
        None,
        /// Gives the whole file whatever is asked.
        NoRanges,
        /// Ends each answer to a range after so many bytes.
        Cut(usize),
    }

    /// A server of one folder on this machine, for as long as the test runs.
    struct Server {
        host: String,
        /// Bytes of bodies that it could hand to the system.
        sent: Arc<AtomicU64>,
        /// Paths asked for, in order.
        asked: Arc<Mutex<Vec<String>>>,
    }

    impl Server {
        fn of(folder: &Path, fault: Fault) -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let server = Self {
                host: listener.local_addr().unwrap().to_string(),
                sent: Arc::default(),
                asked: Arc::default(),
            };
            let (folder, sent, asked) = (folder.to_owned(), Arc::clone(&server.sent), Arc::clone(&server.asked));
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let (folder, sent, asked) = (folder.clone(), Arc::clone(&sent), Arc::clone(&asked));
                    // A client that has enough closes the connection: no fault of the test.
                    thread::spawn(move || answer(&stream, &folder, fault, &sent, &asked).ok());
                }
            });
            server
        }

        fn address(&self, name: &str) -> String {
            format!("http://{}/{name}", self.host)
        }
    }

    fn answer(
        mut stream: &TcpStream,
        folder: &Path,
        fault: Fault,
        sent: &AtomicU64,
        asked: &Mutex<Vec<String>>,
    ) -> std::io::Result<()> {
        let mut lines = BufReader::new(stream).lines();
        let request = lines.next().unwrap_or_else(|| Ok(String::new()))?;
        let mut range = None;
        for line in lines {
            let line = line?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(asked) = line.strip_prefix("range: bytes=") {
                let (from, to) = asked.split_once('-').unwrap();
                range = Some((from.parse::<usize>().unwrap(), to.parse::<usize>().ok()));
            }
        }
        let mut words = request.split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let path = path.split('?').next().unwrap();
        asked.lock().unwrap().push(path.to_owned());
        let Ok(bytes) = fs::read(folder.join(path.trim_start_matches('/'))) else {
            return stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        };
        let range = range.filter(|_| fault != Fault::NoRanges);
        let (status, from, to) = match range {
            None => ("200 OK", 0, bytes.len()),
            Some((from, _)) if from >= bytes.len() => {
                return stream.write_all(
                    b"HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                );
            }
            Some((from, to)) => (
                "206 Partial Content",
                from,
                to.map_or(bytes.len(), |to| (to + 1).min(bytes.len())),
            ),
        };
        let mut head = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n",
            to - from
        );
        if range.is_some() {
            head += &format!("Content-Range: bytes {from}-{}/{}\r\n", to - 1, bytes.len());
        }
        stream.write_all((head + "\r\n").as_bytes())?;
        if method == "HEAD" {
            return Ok(());
        }
        let end = match fault {
            Fault::Cut(len) if range.is_some() => to.min(from + len),
            _ => to,
        };
        for piece in bytes[from..end].chunks(4096) {
            stream.write_all(piece)?;
            sent.fetch_add(piece.len() as u64, Ordering::Relaxed);
        }
        Ok(())
    }

    /// A fusion among `more` pairs on contigs where nothing is looked for, sorted, with an index.
    fn padded(folder: &Path, more: i64) -> PathBuf {
        let path = folder.join("padded.bam");
        let mut lines = made::fusion(1).sorted();
        let mut draws = made::Draws(5);
        let unrelated: Vec<String> = (0..more)
            .map(|n| {
                let bases: String = (0..100)
                    .map(|_| ['A', 'C', 'G', 'T'][draws.below(4) as usize])
                    .collect();
                let quality: String = (0..100).map(|_| char::from(b'!' + draws.below(40) as u8)).collect();
                format!(
                    "far{n}\t0\tchr1\t{}\t60\t100M\t*\t0\t0\t{bases}\t{quality}",
                    1_000 + n * 300
                )
            })
            .collect();
        // Contigs in the order of the header: chromosome 1 stands first.
        lines.splice(0..0, unrelated);
        write_bam(&path, &made::header("padded", "SO:coordinate"), &lines);
        index_bam(&path);
        path
    }

    fn fetched(log: &str) -> u64 {
        let line = log.lines().find(|line| line.contains("bytes fetched")).unwrap();
        let before = line.split(" bytes fetched").next().unwrap();
        before.rsplit(' ').next().unwrap().parse().unwrap()
    }

    fn local(path: &Path) -> String {
        output(&call(path.to_str().unwrap()).arg("-q").assert().success())
    }

    #[test]
    fn an_address_gives_the_local_report_and_reads_only_what_matters() {
        let folder = TempDir::new().unwrap();
        let path = padded(folder.path(), 200_000);
        let file_len = path.metadata().unwrap().len();
        let server = Server::of(folder.path(), Fault::None);
        let address = server.address("padded.bam?X-Signature=hidden");
        let assert = call(&address).args(["--remote", "-v"]).assert().success();
        assert_eq!(output(&assert), local(&path));
        let log = errors(&assert);
        assert!(!log.contains("hidden"), "{log}");
        let (said, sent) = (fetched(&log), server.sent.load(Ordering::Relaxed));
        println!("file {file_len} bytes, said {said}, sent {sent}");
        assert!(file_len > 15_000_000 && said * 4 < file_len, "{said} of {file_len}");
        // Ranges have no end, so the system takes more from the server than the program reads from it.
        assert!(said > 0 && said <= sent, "{said} said, {sent} sent");
    }

    #[test]
    fn a_cram_at_an_address_is_checked_and_read() {
        let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-data/cases/ell_cram_no_reference");
        let name = "ell_cram_no_reference.cram";
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(name);
        let whole = fs::read(case.join(name)).unwrap();
        fs::write(&path, &whole).unwrap();
        rust_htslib::bam::index::build(&path, None, rust_htslib::bam::index::Type::Bai, 1).unwrap();
        let server = Server::of(folder.path(), Fault::None);
        let assert = call(&server.address(name)).args(["--remote", "-v"]).assert().success();
        assert_eq!(output(&assert), local(&path));
        assert!(fetched(&errors(&assert)) > 0);
        // Changed bytes, some of them in headers whose check sums htslib would not compare.
        let mut refused = 0;
        for n in 1..12 {
            let mut bytes = whole.clone();
            let at = bytes.len() * n / 12;
            bytes[at] ^= 0x10;
            fs::write(&path, bytes).unwrap();
            let far = call(&server.address(name)).arg("--remote").output().unwrap();
            let near = call(path.to_str().unwrap()).output().unwrap();
            assert_eq!((far.status.code(), &far.stdout), (near.status.code(), &near.stdout));
            refused += u32::from(!far.status.success());
        }
        assert!(refused > 0);
    }

    #[test]
    fn a_bucket_is_read_through_the_same_plan() {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("bucket")).unwrap();
        let path = padded(&folder.path().join("bucket"), 10);
        let server = Server::of(folder.path(), Fault::None);
        let assert = call("s3+http://bucket/padded.bam")
            .arg("--remote")
            .env("HTS_S3_HOST", &server.host)
            .env("HTS_S3_ADDRESS_STYLE", "path")
            .env("AWS_ACCESS_KEY_ID", "someone")
            .env("AWS_SECRET_ACCESS_KEY", "nothing")
            .env("HOME", folder.path())
            .assert()
            .success();
        assert_eq!(output(&assert), local(&path));
        assert!(
            server
                .asked
                .lock()
                .unwrap()
                .iter()
                .all(|path| path.starts_with("/bucket/padded.b"))
        );
    }

    #[test]
    fn no_connection_without_being_asked() {
        let folder = TempDir::new().unwrap();
        padded(folder.path(), 10);
        let server = Server::of(folder.path(), Fault::None);
        let line = error_line(&call(&server.address("padded.bam")).assert().code(1));
        assert!(line.contains("add --remote"), "{line}");
        assert!(server.asked.lock().unwrap().is_empty());
    }

    #[test]
    fn what_a_server_does_wrong_ends_in_one_line() {
        let folder = TempDir::new().unwrap();
        let path = padded(folder.path(), 20_000);
        let refused = |fault: Fault, name: &str| {
            let server = Server::of(folder.path(), fault);
            error_line(&call(&server.address(name)).arg("--remote").assert().code(1))
        };
        assert!(refused(Fault::None, "none.bam").contains("cannot be read from there"));
        for fault in [Fault::NoRanges, Fault::Cut(10), Fault::Cut(5_000)] {
            let line = refused(fault, "padded.bam");
            assert!(line.contains("padded.bam"), "{line}");
        }
        // Answers that end early, but perhaps behind what is needed: the whole report or none.
        for len in [30_000, 100_000, 300_000] {
            let server = Server::of(folder.path(), Fault::Cut(len));
            let far = call(&server.address("padded.bam"))
                .args(["--remote", "-q"])
                .output()
                .unwrap();
            if far.status.success() {
                assert_eq!(String::from_utf8(far.stdout).unwrap(), local(&path), "{len}");
            }
        }
        let whole = fs::read(&path).unwrap();
        fs::write(folder.path().join("cut.bam"), &whole[..whole.len() - 28]).unwrap();
        assert!(refused(Fault::None, "cut.bam").contains("truncated"));
        fs::write(folder.path().join("alone.bam"), &whole).unwrap();
        assert!(refused(Fault::None, "alone.bam").contains("no index beside it"));
        // The index of another file.
        fs::write(folder.path().join("other.bam"), &whole).unwrap();
        let other = TempDir::new().unwrap();
        let other = padded(other.path(), 5_000);
        fs::copy(other.with_extension("bam.bai"), folder.path().join("other.bam.bai")).unwrap();
        assert!(refused(Fault::None, "other.bam").contains("does not fit"));
    }
}
