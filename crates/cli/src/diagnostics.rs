//! What a build tool complains of, with the line of source that it means.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use regex::Regex;

/// `src/hello.erl:3:5: message` and its relatives.
static PLACE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^[\s│└─┌]*(?P<file>[^\s:]+\.(?:erl|hrl|ex|exs|gleam|lfe|xrl|yrl)):(?P<line>\d+)(?::(?P<column>\d+))?",
    )
    .expect("it is a regular expression")
});

/// The output of a tool, with the source under each place that it names, unless the tool shows
/// it itself.
pub fn with_source(output: &str, folder: &Path) -> String {
    let lines: Vec<&str> = output.lines().collect();
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        text.push_str(line);
        text.push('\n');
        let Some(found) = PLACE.captures(line) else { continue };
        let shown = lines.get(at + 1).is_some_and(|next| {
            next.trim_start().starts_with(['%', '│', '┌']) || next.contains(" | ")
        });
        if shown {
            continue;
        }
        let number: usize = found["line"].parse().unwrap_or(0);
        let path = Path::new(&found["file"]);
        let path = if path.is_absolute() { path.to_owned() } else { folder.join(path) };
        let Ok(source) = fs::read_to_string(path) else { continue };
        let Some(source) = number.checked_sub(1).and_then(|line| source.lines().nth(line)) else {
            continue;
        };
        text.push_str(&format!("{number:>5} | {source}\n"));
        let column = found.name("column").and_then(|c| c.as_str().parse::<usize>().ok());
        if let Some(column) = column.filter(|column| *column > 0) {
            let before: String = source
                .chars()
                .take(column - 1)
                .map(|c| if c == '\t' { '\t' } else { ' ' })
                .collect();
            text.push_str(&format!("      | {before}^\n"));
        }
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
        let output = "src/a.erl:3:10: syntax error before: '.'\n";
        let shown = with_source(output, folder.path());
        assert_eq!(
            shown,
            "src/a.erl:3:10: syntax error before: '.'\n    3 | f() -> x(.\n      |          ^\n"
        );
    }
}
