use std::process::ExitCode;

fn main() -> ExitCode {
    scenewright::cli::main()
}
