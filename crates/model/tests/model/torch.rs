//! The reader of `.pt` files.

use std::path::Path;

use scenewright_model::checkpoint::torch::{Dtype, Kind, TorchError, TorchFile, Value};
use tempfile::tempdir;

use crate::build::Py;
use crate::build::{int, pickle, tensor, text, write_zip, write_zip_of};
use crate::golden;

fn values(file: &mut TorchFile, key: &str) -> (Dtype, Vec<usize>, Vec<f32>) {
    let meta =
        file.tree.root().get(key).and_then(Value::as_tensor).unwrap_or_else(|| panic!("no tensor {key}")).clone();
    let data = file.tensors.read(&meta).unwrap();
    (data.dtype, data.shape.clone(), data.to_f32())
}

#[test]
fn every_kind_of_value_reads_from_every_container() {
    let eighths: Vec<f32> = (0..24).map(|i| i as f32 / 8.0).collect();
    let transposed: Vec<f32> =
        (0..4).flat_map(|c| (0..2).flat_map(move |a| (0..3).map(move |b| (a * 12 + b * 4 + c) as f32 / 8.0))).collect();
    for name in ["many", "many_legacy", "many_protocol4"] {
        let mut file = TorchFile::open(&golden(name)).unwrap();
        let mut check = |key: &str, dtype: Dtype, shape: &[usize], expected: &[f32]| {
            assert_eq!(values(&mut file, key), (dtype, shape.to_vec(), expected.to_vec()), "{name}: {key}");
        };
        check("f32", Dtype::F32, &[2, 3, 4], &eighths);
        check("f64", Dtype::F64, &[2, 3, 4], &eighths.iter().map(|x| x * 1e10).collect::<Vec<_>>());
        check("f16", Dtype::F16, &[2, 3, 4], &eighths);
        check("bf16", Dtype::BF16, &[2, 3, 4], &eighths);
        check("i64", Dtype::I64, &[2], &[-1.0, 1_099_511_627_776.0]);
        check("i32", Dtype::I32, &[2], &[-7.0, 7.0]);
        check("i16", Dtype::I16, &[2], &[-300.0, 300.0]);
        check("i8", Dtype::I8, &[2], &[-8.0, 8.0]);
        check("u8", Dtype::U8, &[2], &[0.0, 255.0]);
        check("bool", Dtype::Bool, &[2], &[1.0, 0.0]);
        check("transposed", Dtype::F32, &[4, 2, 3], &transposed);
        check("tail", Dtype::F32, &[2, 2], &[2.0, 2.25, 2.5, 2.75]);
        check("row", Dtype::F32, &[4], &[2.5, 2.625, 2.75, 2.875]);
        check("expanded", Dtype::F32, &[3, 2], &[5.0; 6]);
        check("scalar", Dtype::F32, &[], &[2.5]);
        check("empty", Dtype::F32, &[0, 3], &[]);
        check("parameter", Dtype::F32, &[2], &[1.0, 1.0]);

        let json = file.tree.root().to_json().unwrap();
        let check = |key: &str, expected: &str| assert_eq!(json[key].to_string(), expected, "{name}: {key}");
        check("size", "[2,3]");
        check("dtype", r#""<a \"torch.float16\">""#);
        check("device", r#""<a \"torch.device\">""#);
        check("set", "[1]");
        check("bytes", r#""<bytes>""#);
        check("numpy", "0.5");
        check("big", r#""<a \"int\">""#);
        check("negative", "-70000");
        check("none", "null");
        check("yes", "true");
        check("text", r#""käse""#);
        check("losses", r#"{"a":[0.5,1.5]}"#);
        check("3", r#"["tuple",[1,2],{}]"#);
        assert!(matches!(file.tree.root().get("bytes").unwrap().kind(), Kind::Bytes(b"\x00\xff")));
    }
}

/// Opens a zip container with this pickle and one storage of four floats.
fn open(dir: &Path, pickle: &[u8]) -> Result<TorchFile, TorchError> {
    let path = dir.join("crafted.pt");
    let floats = [1.0f32, 2.0, 3.0, 4.0].iter().flat_map(|x| x.to_le_bytes()).collect();
    write_zip(&path, pickle, &[floats]);
    TorchFile::open(&path)
}

fn refusal(pickle: &[u8]) -> String {
    match open(tempdir().unwrap().path(), pickle) {
        Ok(_) => panic!("accepted {}", pickle.escape_ascii()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_would_run_is_refused_by_name() {
    let dir = tempdir().unwrap();
    let witness = dir.path().join("it-ran");
    let mut call = b"cos\nsystem\n(".to_vec();
    text(&format!("touch {}", witness.display()), &mut call);
    call.extend(b"tR.");
    let stack_global = b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x02ls\x85R.";
    for (pickle, name) in [
        (call.as_slice(), "os.system"),
        (stack_global, "posix.system"),
        (b"\x80\x02c__builtin__\neval\n.", "__builtin__.eval"),
        (b"\x80\x02cbuiltins\ngetattr\n.", "builtins.getattr"),
        (b"\x80\x02ctorch\nload\n.", "torch.load"),
        (b"\x80\x02csg2im.model\nSg2ImModel\n)\x81.", "sg2im.model.Sg2ImModel"),
    ] {
        let message = refusal(pickle);
        assert!(message.contains(&format!("asks to run \"{name}\"")), "{message}");
        assert!(message.contains("nothing was run"), "{message}");
    }
    assert!(!witness.exists());
}

/// What people put beside the weights is data or a name; nothing of it runs.
#[test]
fn arguments_dates_paths_and_arrays_are_read_or_dropped() {
    let dir = tempdir().unwrap();
    let check = |pickle: &[u8], json: &str| {
        let file = open(dir.path(), pickle).unwrap_or_else(|error| panic!("{}: {error}", pickle.escape_ascii()));
        assert_eq!(
            file.tree.root().get("x").unwrap().to_json().unwrap().to_string(),
            json,
            "{}",
            pickle.escape_ascii()
        );
    };
    let value = |inner: &[u8]| [b"\x80\x02}X\x01\0\0\0x".as_slice(), inner, b"s."].concat();
    check(&value(b"cargparse\nNamespace\n)\x81}X\x01\0\0\0aK\x07sb"), r#"{"a":7}"#);
    check(&value(b"cmine.settings\nEasyDict\n)\x81X\x01\0\0\0aK\x07s"), r#"{"a":7}"#);
    check(&value(b"ccollections\nCounter\n}X\x01\0\0\0aK\x03s\x85R"), r#"{"a":3}"#);
    check(&value(b"cpathlib\nPosixPath\nX\x01\0\0\0/X\x04\0\0\0dataX\x02\0\0\0vg\x87R"), r#""/data/vg""#);
    check(
        &value(b"cdatetime\ndatetime\nC\x0a\x07\xea\x01\x02\x03\x04\x05\0\0\0\x85R"),
        r#""<a \"datetime.datetime\">""#,
    );
    // numpy.int32(-2), big-endian; two rows of three bytes, as protocol 2 and as protocol 5 write them.
    let dtype = |code: &str, order: &str| {
        format!(
            "cnumpy\ndtype\n(X{}{code}K\0K\x01tR(K\x03X{}{order}NNNJ\u{1}\0\0\0J\u{1}\0\0\0K\0tb",
            "\u{2}\0\0\0", "\u{1}\0\0\0"
        )
        .into_bytes()
    };
    let scalar =
        [b"cnumpy.core.multiarray\nscalar\n".as_slice(), &dtype("i4", ">"), b"C\x04\xff\xff\xff\xfe\x86R"].concat();
    check(&value(&scalar), "-2");
    let array = [
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\nK\0\x85C\x01btR(K\x01K\x02K\x03\x86".as_slice(),
        &dtype("u1", "|"),
        b"\x89C\x06\x01\x02\x03\x04\x05\x06tb",
    ]
    .concat();
    check(&value(&array), "[[1,2,3],[4,5,6]]");
    let buffer = [
        b"cnumpy._core.numeric\n_frombuffer\n(C\x06\x01\x02\x03\x04\x05\x06".as_slice(),
        &dtype("u1", "|"),
        b"K\x02K\x03\x86X\x01\0\0\0FtR",
    ]
    .concat();
    check(&value(&buffer), "[[1,3,5],[2,4,6]]");
    // Protocol 0 writes lines.
    check(b"(dp0\nVx\np1\n(lp2\nI7\naL8L\naF0.5\naI01\naVy\nas.", r#"[7,8,0.5,true,"y"]"#);
}

#[test]
fn tensors_of_other_kinds_are_named_with_the_fix() {
    for (pickle, says) in [
        (b"\x80\x02ctorch._utils\n_rebuild_qtensor\n.".as_slice(), "quantized weights"),
        (b"\x80\x02ctorch\nQInt8Storage\n.", "quantized weights"),
        (b"\x80\x02ctorch\nComplexFloatStorage\n.", "complex tensors"),
        (b"\x80\x02ctorch._utils\n_rebuild_sparse_tensor\n.", "sparse"),
        (b"\x80\x02csubprocess\nPopen\n)\x81.", "asks to run \"subprocess.Popen\""),
    ] {
        let message = refusal(pickle);
        assert!(message.contains(says), "{message}");
    }
    let dir = tempdir().unwrap();
    for (bytes, says) in [
        (b"<!DOCTYPE html><html>".as_slice(), "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "git lfs pull"),
        (b"HTTP/1.1 200 OK\r\n\r\nPK\x03\x04", "with its head before the file"),
        (b"{\"error\": \"denied\"}", "JSON"),
        (&[0; 64], "nothing but zeros"),
    ] {
        let path = dir.path().join("odd.pt");
        std::fs::write(&path, bytes).unwrap();
        let message = TorchFile::open(&path).err().unwrap().to_string();
        assert!(message.contains(says), "{message}");
    }
}

#[test]
fn a_dict_of_callables_never_calls() {
    // Extensions, INST and OBJ find classes by other ways; torch.save writes none of them.
    for pickle in [b"\x80\x02\x82\x01.".as_slice(), b"(ios\nsystem\n.", b"(cos\nsystem\no.", b"Pid\n."] {
        let message = refusal(pickle);
        assert!(message.contains("pickle instruction") || message.contains("os.system"), "{message}");
    }
}

#[test]
fn lengths_that_the_file_does_not_hold_are_refused() {
    let mut four_gigabytes = b"\x80\x02".to_vec();
    tensor("0", 1 << 30, 0, &[1 << 30], &[1], &mut four_gigabytes);
    let mut beyond = b"\x80\x02".to_vec();
    tensor("0", 4, 2, &[3], &[1], &mut beyond);
    let mut overflow = b"\x80\x02".to_vec();
    tensor("0", 4, 0, &[1 << 40, 1 << 40], &[1 << 40, 1], &mut overflow);
    let mut absent = b"\x80\x02".to_vec();
    tensor("7", 4, 0, &[4], &[1], &mut absent);
    let mut longer = b"\x80\x02".to_vec();
    tensor("0", 5, 0, &[4], &[1], &mut longer);
    for (mut pickle, said) in [
        (four_gigabytes, "storage 0 should hold 4294967296 bytes, the whole file has"),
        (beyond, "reaches beyond its 4 stored values"),
        (overflow, "reaches beyond its 4 stored values"),
        (absent, "storage 7 is missing"),
        (longer, "storage 0 has 16 of 20 bytes"),
        (b"\x80\x02X\xff\xff\xff\xff".to_vec(), "4294967295 bytes are announced"),
        (b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\xff".to_vec(), "18446744073709551615 bytes are announced"),
        (b"\x80\x02\x8b\xff\xff\xff\x7f".to_vec(), "2147483647 bytes are announced"),
        (b"\x80\x02h\x05".to_vec(), "recalls value 5"),
        (b"\x80\x02(tR".to_vec(), "stack is empty"),
        ([vec![b'('; 20_000], vec![b'N']].concat(), "nested over 10000 deep"),
    ] {
        pickle.push(b'.');
        let message = refusal(&pickle);
        assert!(message.contains(said), "{message}");
    }
}

#[test]
fn a_repeated_number_does_not_become_a_terabyte() {
    let dir = tempdir().unwrap();
    let mut pickle = b"\x80\x02".to_vec();
    tensor("0", 4, 0, &[1 << 40], &[0], &mut pickle);
    pickle.push(b'.');
    let mut file = open(dir.path(), &pickle).unwrap();
    let meta = file.tree.root().as_tensor().unwrap().clone();
    let message = file.tensors.read(&meta).unwrap_err().to_string();
    assert!(message.contains("1099511627776"), "{message}");
}

#[test]
fn no_elements_of_any_size_are_no_elements() {
    let dir = tempdir().unwrap();
    let mut pickle = b"\x80\x02".to_vec();
    tensor("0", 4, 0, &[0, 1 << 62, 4], &[1, 1, 1], &mut pickle);
    pickle.push(b'.');
    let mut file = open(dir.path(), &pickle).unwrap();
    let meta = file.tree.root().as_tensor().unwrap().clone();
    assert_eq!(file.tensors.read(&meta).unwrap().to_f32(), [0.0; 0]);
}

#[test]
fn a_list_that_holds_itself_and_one_that_doubles_are_bounded() {
    let dir = tempdir().unwrap();
    let knot = open(dir.path(), b"\x80\x02]q\x00h\x00a.").unwrap();
    assert!(knot.tree.root().to_json().unwrap_err().contains("nested too deep"));

    // Each list holds the one before twice: 2^40 in the end.
    let mut doubling = b"\x80\x02]q\x00".to_vec();
    for i in 0..40u8 {
        doubling.extend([b']', b'(', b'h', i, b'h', i, b'e', b'q', i + 1]);
    }
    doubling.push(b'.');
    let doubling = open(dir.path(), &doubling).unwrap();
    assert!(doubling.tree.root().to_json().is_err());
}

#[test]
fn dicts_of_python_2_and_views_of_old_torch_read() {
    let dir = tempdir().unwrap();
    // OrderedDict([["a", 1], ["b", 2]]) with byte texts.
    let ordered = b"\x80\x02ccollections\nOrderedDict\n(](](U\x01aK\x01e](U\x01bK\x02eetR.";
    let file = open(dir.path(), ordered).unwrap();
    assert_eq!(file.tree.root().to_json().unwrap().to_string(), r#"{"a":1,"b":2}"#);

    let mut view = b"\x80\x02ctorch._utils\n_rebuild_tensor\n((".to_vec();
    text("storage", &mut view);
    view.extend(b"ctorch.cuda\nFloatStorage\n");
    text("0", &mut view);
    text("cuda:0", &mut view);
    int(4, &mut view);
    view.push(b'(');
    text("99", &mut view);
    int(1, &mut view); // the view begins one element in
    int(3, &mut view);
    view.extend(b"ttQK\x01K\x02\x85K\x01\x85tR.");
    let mut file = open(dir.path(), &view).unwrap();
    let meta = file.tree.root().as_tensor().unwrap().clone();
    assert_eq!(file.tensors.read(&meta).unwrap().to_f32(), [3.0, 4.0]);
}

#[test]
fn a_big_endian_archive_without_a_folder_reads() {
    let dir = tempdir().unwrap();
    let path = dir.path().join("big.pt");
    let (pickle, _) = pickle(&Py::Dict(vec![("w".into(), Py::Tensor { shape: vec![2], values: vec![0.0; 2] })]));
    let floats = [1.5f32, -2.0].iter().flat_map(|x| x.to_be_bytes()).collect();
    write_zip_of(&path, "", &pickle, &[floats], &[("byteorder", b"big")]);
    assert_eq!(values(&mut TorchFile::open(&path).unwrap(), "w").2, [1.5, -2.0]);
}
