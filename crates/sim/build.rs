//! Has the linker show the program's own `getrandom` to whoever looks the symbol up at run time, as the crate of that name does.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-link-arg-bins=-Wl,--export-dynamic-symbol=getrandom");
}
