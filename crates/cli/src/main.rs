//! The command line.

fn main() -> std::process::ExitCode {
    portcullis::cli::main(std::env::args_os())
}
