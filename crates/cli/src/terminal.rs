//! What people see: notes on the error stream, tables on the output, colours on terminals only.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};

/// Whether the error stream takes colours.
fn coloured() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

fn painted(style: Style, text: &str) -> String {
    if coloured() { format!("{style}{text}{style:#}") } else { text.to_owned() }
}

/// Something that went on; not part of the output.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Something that went on, with what it was in front.
pub fn step(what: &str, text: &str) {
    let style = AnsiColor::Green.on_default().bold();
    note(&format!("{} {text}", painted(style, &format!("{what:>10}"))));
}

pub fn warn(text: &str) {
    note(&format!("{} {text}", painted(AnsiColor::Yellow.on_default().bold(), "warning:")));
}

pub fn error(text: &str) {
    note(&format!("{} {text}", painted(AnsiColor::Red.on_default().bold(), "error:")));
}

/// A table with columns as wide as they must be; numbers stand right.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|name| name.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let is_number = |column: usize| {
        !rows.is_empty()
            && rows.iter().all(|row| {
                row[column].starts_with(|c: char| c.is_ascii_digit())
                    && !row[column].contains(|c: char| c.is_ascii_alphabetic() || c == ':')
            })
    };
    let mut text = String::new();
    let mut line = |cells: Vec<&str>| {
        let cells: Vec<String> = cells
            .iter()
            .enumerate()
            .map(|(column, cell)| {
                let pad = " ".repeat(widths[column] - cell.chars().count());
                if is_number(column) { format!("{pad}{cell}") } else { format!("{cell}{pad}") }
            })
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    };
    line(head.to_vec());
    for row in rows {
        line(row.iter().map(String::as_str).collect());
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_stand_right() {
        let rows = vec![vec!["a".into(), "5".into()], vec!["bcd".into(), "12".into()]];
        assert_eq!(super::table(&["name", "n"], &rows), "name   n\na      5\nbcd   12\n");
    }
}
