//! Asks stock `erl` what it makes of thousands of questions, in one start.

use std::fs;
use std::process::Command;

/// Asks `questions`, one a line (`oracle.escript` has the words), and hands each with its answer
/// to `ours`, which says what this crate answers. Tells the first differences.
pub fn compare(questions: &[String], ours: impl Fn(&[&str]) -> String) {
    let folder = tempfile::tempdir().expect("a folder for questions");
    let (asked, answered) = (folder.path().join("questions"), folder.path().join("answers"));
    fs::write(&asked, questions.join("\n")).expect("questions are written");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/numbers/oracle.escript");
    let status = Command::new("escript")
        .arg(script)
        .args([&asked, &answered])
        .status()
        .expect("escript of Erlang/OTP runs (apt-get install erlang-base)");
    assert!(status.success(), "the oracle answers");
    let answers = fs::read_to_string(&answered).expect("answers are read");
    let answers: Vec<&str> = answers.lines().collect();
    assert_eq!(answers.len(), questions.len(), "an answer to each question");

    let different: Vec<String> = questions
        .iter()
        .zip(answers)
        .filter_map(|(question, theirs)| {
            let words: Vec<&str> = question.split(' ').collect();
            let ours = ours(&words);
            (ours != theirs).then(|| format!("{question}\n  erl:  {theirs}\n  ours: {ours}"))
        })
        .collect();
    assert!(
        different.is_empty(),
        "{} of {} differ:\n{}",
        different.len(),
        questions.len(),
        different.iter().take(10).map(String::as_str).collect::<Vec<_>>().join("\n")
    );
}

/// A text as the oracle reads it.
pub fn hex(text: &[u8]) -> String {
    std::iter::once("x".into()).chain(text.iter().map(|byte| format!("{byte:02X}"))).collect()
}

/// The bytes that [`hex`] made.
pub fn unhex(word: &str) -> Vec<u8> {
    let digits = word.strip_prefix('x').expect("text begins with x");
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("two hexadecimal digits"))
        .collect()
}

/// A small deterministic source of numbers: the same questions in every run.
pub struct Random(u64);

impl Random {
    pub fn seeded(seed: u64) -> Random {
        Random(seed)
    }

    /// SplitMix64.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ z >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ z >> 31
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}
