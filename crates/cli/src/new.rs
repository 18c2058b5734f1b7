//! `beamlet new`: a project to begin with.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::project::FILE;
use crate::terminal;

#[derive(Args, Clone)]
#[command(after_help = "Examples:
  beamlet new hello && cd hello && beamlet dev
  beamlet new shop --template http --tool rebar3")]
pub struct New {
    /// Name of the project, its folder and its first function
    pub name: String,
    #[arg(short, long, value_enum, default_value_t = Template::Event)]
    pub template: Template,
    /// What builds the project
    #[arg(long, value_enum, default_value_t = Tool::Erlc)]
    pub tool: Tool,
    /// Folder to make [default: the name]
    #[arg(long)]
    pub folder: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Template {
    /// An event in, an answer out
    Event,
    /// Plain HTTP by a function URL
    Http,
    /// An answer that is sent while it is made
    Stream,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tool {
    /// Nothing but Erlang/OTP: src/*.erl
    Erlc,
    Rebar3,
    /// Elixir
    Mix,
}

pub fn run(arguments: &New) -> Result<()> {
    let name = &arguments.name;
    let valid = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !valid || name.len() > 60 {
        bail!(
            "{name} is also an Erlang module: lower-case letters, digits and _ (such as my_shop)"
        );
    }
    let folder = arguments.folder.clone().unwrap_or_else(|| name.into());
    if folder.join(FILE).exists() {
        bail!("{} is a project already", folder.display());
    }
    let elixir = arguments.tool == Tool::Mix;
    let module = if elixir { format!("Elixir.{}", camel(name)) } else { name.clone() };
    let url = match arguments.template {
        Template::Event => "",
        Template::Http => "url = true\n",
        Template::Stream => "url = { streamed = true }\n",
    };
    let settings = format!(
        "# What Beamlet runs of this project: docs/guide/deploy.md has every setting.\n\n\
         [functions.{name}]\nhandler = \"{module}:handle\"\nmemory_mb = 128\ntimeout_s = 3\n{url}"
    );
    write(&folder.join(FILE), &settings)?;
    write(&folder.join(".gitignore"), "/_build\n/.beamlet\n/deps\n")?;
    match arguments.tool {
        Tool::Mix => {
            write(&folder.join(format!("lib/{name}.ex")), &elixir_source(arguments))?;
            let project = format!(
                "defmodule {camel}.MixProject do\n  use Mix.Project\n\n  def project do\n    \
                 [app: :{name}, version: \"0.1.0\", deps: []]\n  end\n\n  def application do\n    \
                 [extra_applications: [:logger]]\n  end\nend\n",
                camel = camel(name)
            );
            write(&folder.join("mix.exs"), &project)?;
        }
        tool => {
            write(&folder.join(format!("src/{name}.erl")), &erlang_source(arguments))?;
            if tool == Tool::Rebar3 {
                write(&folder.join("rebar.config"), "{erl_opts, [deterministic]}.\n{deps, []}.\n")?;
                let app = format!(
                    "{{application, {name}, [\n    {{description, \"{name}\"}},\n    \
                     {{vsn, \"0.1.0\"}},\n    {{modules, []}},\n    {{registered, []}},\n    \
                     {{applications, [kernel, stdlib]}}\n]}}.\n"
                );
                write(&folder.join(format!("src/{name}.app.src")), &app)?;
            }
        }
    }
    terminal::step("made", &folder.display().to_string());
    terminal::note(&format!(
        "\n  cd {}\n  beamlet dev                              # serve it, redeploy on change\n  \
         beamlet invoke {name} '{{\"name\": \"Joe\"}}'     # in another terminal",
        folder.display()
    ));
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("{}", parent.display()))?;
    }
    fs::write(path, text).with_context(|| format!("{}", path.display()))
}

/// `my_shop` as Elixir writes modules: `MyShop`.
fn camel(name: &str) -> String {
    let mut upper = true;
    let mut camel = String::new();
    for c in name.chars() {
        if c == '_' {
            upper = true;
        } else if std::mem::take(&mut upper) {
            camel.extend(c.to_uppercase());
        } else {
            camel.push(c);
        }
    }
    camel
}

fn erlang_source(arguments: &New) -> String {
    let name = &arguments.name;
    let body = match arguments.template {
        Template::Event => {
            "handle(#{<<\"name\">> := Name}, _Context) ->\n    \
             {ok, #{<<\"greeting\">> => <<\"hello \", Name/binary>>}};\n\
             handle(_Event, _Context) ->\n    {error, {bad_event, <<\"name is missing\">>}}.\n"
        }
        Template::Http => {
            "%% An HTTP request of a function URL is a map (payload format 2.0); so is the answer.\n\
             handle(#{<<\"rawPath\">> := Path} = Request, _Context) ->\n    \
             Query = maps:get(<<\"queryStringParameters\">>, Request, #{}),\n    \
             Name = maps:get(<<\"name\">>, Query, <<\"world\">>),\n    \
             {ok, #{\n        statusCode => 200,\n        \
             headers => #{<<\"content-type\">> => <<\"text/plain\">>},\n        \
             body => <<\"hello \", Name/binary, \" at \", Path/binary, \"\\n\">>\n    }}.\n"
        }
        Template::Stream => {
            "%% Each call of Send passes a piece on while the rest is still being made.\n\
             handle(_Request, _Context) ->\n    \
             {ok, beamlet_function:http_stream(200, #{<<\"content-type\">> => <<\"text/plain\">>}, fun(Send) ->\n        \
             [begin Send([integer_to_binary(N), $\\n]), timer:sleep(100) end || N <- lists:seq(1, 10)]\n    \
             end)}.\n"
        }
    };
    format!("-module({name}).\n-behaviour(beamlet_function).\n-export([handle/2]).\n\n{body}")
}

fn elixir_source(arguments: &New) -> String {
    let module = camel(&arguments.name);
    let body = match arguments.template {
        Template::Event => {
            "  def handle(%{\"name\" => name}, _context) do\n    \
             {:ok, %{\"greeting\" => \"hello \" <> name}}\n  end\n\n  \
             def handle(_event, _context), do: {:error, {:bad_event, \"name is missing\"}}\n"
        }
        Template::Http => {
            "  def handle(%{\"rawPath\" => path} = request, _context) do\n    \
             name = get_in(request, [\"queryStringParameters\", \"name\"]) || \"world\"\n    \
             {:ok, %{statusCode: 200, headers: %{\"content-type\" => \"text/plain\"}, \
             body: \"hello #{name} at #{path}\\n\"}}\n  end\n"
        }
        Template::Stream => {
            "  def handle(_request, _context) do\n    \
             {:ok, :beamlet_function.http_stream(200, %{\"content-type\" => \"text/plain\"}, fn send ->\n      \
             Enum.each(1..10, fn n -> send.(\"#{n}\\n\"); Process.sleep(100) end)\n    \
             end)}\n  end\n"
        }
    };
    format!("defmodule {module} do\n  @behaviour :beamlet_function\n\n{body}end\n")
}
