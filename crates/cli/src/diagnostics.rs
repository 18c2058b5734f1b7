//! What a build tool complains of, with the line of source that it means.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

/// `src/hello.erl:3:5: message` and its relatives, at the start of a line or within it.
static PLACE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[\s(─])(?P<place>(?P<file>[^\s:()]+\.(?:erl|hrl|ex|exs|gleam|lfe|xrl|yrl)):(?P<line>\d+)(?::(?P<column>\d+))?)",
    )
    .expect("it is a regular expression")
});

/// Colours, which tools write even where nobody sees them.
static COLOUR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("\x1b\\[[0-9;]*m").expect("it is a regular expression"));

/// Folders of a project where sources lie.
const SOURCES: &[&str] = &["src", "lib", "include", "test"];

/// The output of a tool, with the source under each place that it names, unless the tool shows
/// it itself. A file that is named without its folder gets it.
pub fn with_source(output: &str, folder: &Path) -> String {
    let output = COLOUR.replace_all(output, "");
    let lines: Vec<&str> = output.lines().collect();
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        let found = PLACE.captures(line).and_then(|found| {
            let (path, shown) = locate(folder, &found["file"])?;
            Some((found, path, shown))
        });
        let Some((found, path, shown)) = found else {
            text.push_str(line);
            text.push('\n');
            continue;
        };
        text.push_str(&line.replacen(&found["file"], &shown, 1));
        text.push('\n');
        let already = lines.get(at + 1).is_some_and(|next| {
            next.trim_start().starts_with(['%', '│', '┌']) || next.contains(" | ")
        });
        if !already {
            let column = found.name("column").and_then(|c| c.as_str().parse().ok());
            text.push_str(&excerpt(&path, found["line"].parse().unwrap_or(0), column));
        }
    }
    text
}

/// Where a file that a tool names lies, and its path within the project.
fn locate(folder: &Path, file: &str) -> Option<(PathBuf, String)> {
    let path = folder.join(file);
    if path.is_file() {
        let shown = path.strip_prefix(folder).unwrap_or(&path).display().to_string();
        return Some((path, shown));
    }
    SOURCES.iter().find_map(|source| {
        let path = folder.join(source).join(file);
        path.is_file().then(|| (path, format!("{source}/{file}")))
    })
}

/// A line of a file with a mark under its column.
fn excerpt(path: &Path, line: usize, column: Option<usize>) -> String {
    let source = fs::read_to_string(path).unwrap_or_default();
    let Some(source) = line.checked_sub(1).and_then(|line| source.lines().nth(line)) else {
        return String::new();
    };
    let mut text = format!("{line:>5} | {source}\n");
    if let Some(column) = column.filter(|column| *column > 0) {
        let before = source.chars().take(column - 1);
        let before: String = before.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        text.push_str(&format!("      | {before}^\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_shown_with_its_source() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        fs::write(folder.path().join("src/a.erl"), "-module(a).\n\nf() -> x(.\n").unwrap();
        let expected =
            "src/a.erl:3:10: syntax error before: '.'\n    3 | f() -> x(.\n      |          ^\n";
        for output in [
            "src/a.erl:3:10: syntax error before: '.'\n",
            "a.erl:3:10: syntax error before: '.'\n",
            "\x1b[0m\x1b[1msrc/a.erl:3:10: syntax error before: '.'\x1b[0m\n",
        ] {
            assert_eq!(with_source(output, folder.path()), expected);
        }
        let elsewhere = "    (elixir 1.14.0) lib/kernel/x.ex:346: f/1\n";
        assert_eq!(with_source(elsewhere, folder.path()), elsewhere);
    }
}
