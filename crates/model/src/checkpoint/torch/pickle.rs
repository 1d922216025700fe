//! A pickle interpreter that never executes code.
//!
//! It reads what torch.save writes (protocols 0 to 5, as Python 2 and 3 wrote them) into a [`Tree`]. Names of classes and functions go
//! through the list of `globals`; `BUILD` sets attributes of objects that this reader does not know, and drops them elsewhere. Opcode
//! meanings: CPython, Lib/pickletools.py.

use std::io::Read;

use super::error::{Result, TorchError, corrupt};
use super::globals::{self, Global};
use super::input::Input;
use super::numpy;
use super::stack::{FALSE, NONE, Stack, TRUE};
use super::storage::StorageTable;
use super::value::{Node, NodeId, Tree};

/// A full training checkpoint of a million iterations has about three million.
const MAX_OPCODES: u64 = 20_000_000;

/// Reads one pickle, up to its STOP.
pub fn read<R: Read>(input: &mut Input<R>, storages: &mut StorageTable) -> Result<Tree> {
    let mut machine = Machine { input, storages, stack: Stack::new() };
    for _ in 0..MAX_OPCODES {
        let opcode = machine.input.byte()?;
        if opcode == b'.' {
            return machine.stack.into_tree();
        }
        machine.step(opcode)?;
    }
    Err(TorchError::TooLarge(format!("it has over {MAX_OPCODES} pickle instructions")))
}

struct Machine<'a, R> {
    input: &'a mut Input<R>,
    storages: &'a mut StorageTable,
    stack: Stack,
}

impl<R: Read> Machine<'_, R> {
    fn step(&mut self, opcode: u8) -> Result<()> {
        match opcode {
            0x80 => self.protocol(),
            0x95 => self.input.array::<8>().map(drop), // FRAME
            b'(' => self.stack.mark(),
            b'0' => self.stack.pop().map(drop),      // POP
            b'1' => self.stack.pop_mark().map(drop), // POP_MARK
            b'2' => self.stack.duplicate(),
            b'N' => self.stack.push_id(NONE),
            0x88 => self.stack.push_id(TRUE),
            0x89 => self.stack.push_id(FALSE),
            b'J' | b'K' | b'M' | 0x8a | 0x8b => self.integer(opcode),
            b'G' => {
                let bits = self.input.array()?;
                self.stack.push(Node::Float(f64::from_be_bytes(bits)))
            }
            b'X' | 0x8c | 0x8d => self.text(opcode),
            b'T' | b'U' => self.python2_text(opcode),
            b'B' | b'C' | 0x8e | 0x96 => self.byte_string(opcode),
            b']' => self.stack.push(Node::List(Vec::new())),
            b'}' => self.stack.push(Node::Dict(Vec::new())),
            b')' => self.stack.push(Node::Tuple(Vec::new())),
            0x8f => self.stack.push(Node::List(Vec::new())), // EMPTY_SET
            b't' | 0x85..=0x87 => self.tuple(opcode),
            0x91 => {
                let items = self.stack.pop_mark()?; // FROZENSET
                self.stack.push(Node::List(items))
            }
            b'a' | b'e' | 0x90 => self.append(opcode),
            b's' | b'u' => self.set_items(opcode),
            b'q' | b'r' | 0x94 => self.memoize(opcode),
            b'h' | b'j' => self.recall(opcode),
            b'c' | 0x93 => self.global(opcode),
            b'R' | 0x81 | 0x92 => self.call(opcode),
            b'b' => self.build(),
            b'I' | b'L' | b'F' | b'S' | b'V' => self.line_value(opcode),
            b'p' | b'g' => {
                let Ok(slot) = self.input.line()?.trim().parse() else { return corrupt("a memo that is no number") };
                if opcode == b'p' { self.stack.memoize(Some(slot)) } else { self.stack.recall(slot) }
            }
            b'd' => {
                let items = self.stack.pop_mark()?; // DICT
                let (pairs, []) = items.as_chunks::<2>() else { return corrupt("a key without a value") };
                self.stack.push(Node::Dict(pairs.iter().map(|&[key, value]| (key, value)).collect()))
            }
            b'l' => {
                let items = self.stack.pop_mark()?; // LIST
                self.stack.push(Node::List(items))
            }
            0x98 => Ok(()), // READONLY_BUFFER: the bytes are the same
            b'Q' => self.persistent(),
            _ => Err(TorchError::Unsupported(format!("the pickle instruction {opcode:#04x}"))),
        }
    }

    fn protocol(&mut self) -> Result<()> {
        match self.input.byte()? {
            0..=5 => Ok(()),
            version => Err(TorchError::Unsupported(format!("pickle protocol {version}"))),
        }
    }

    fn integer(&mut self, opcode: u8) -> Result<()> {
        let value = match opcode {
            b'J' => i64::from(i32::from_le_bytes(self.input.array()?)),
            b'K' => i64::from(self.input.byte()?),
            b'M' => i64::from(u16::from_le_bytes(self.input.array()?)),
            _ => return self.long(opcode),
        };
        self.stack.push(Node::Int(value))
    }

    /// Two's complement, little-endian, as many bytes as said.
    fn long(&mut self, opcode: u8) -> Result<()> {
        let length = if opcode == 0x8a { u64::from(self.input.byte()?) } else { self.length4()? };
        let bytes = self.input.bytes(length)?;
        if bytes.len() > 8 {
            return self.stack.push(Node::Opaque("int".into()));
        }
        let sign = if bytes.last().is_some_and(|top| top & 0x80 != 0) { 0xff } else { 0 };
        let mut wide = [sign; 8];
        wide[..bytes.len()].copy_from_slice(&bytes);
        self.stack.push(Node::Int(i64::from_le_bytes(wide)))
    }

    fn text(&mut self, opcode: u8) -> Result<()> {
        let length = match opcode {
            0x8c => u64::from(self.input.byte()?),
            b'X' => self.length4()?,
            _ => self.length8()?,
        };
        let text = self.input.text(length)?;
        self.stack.push(Node::Str(text.into()))
    }

    /// A `str` of Python 2: a text where it is one, else bytes.
    fn python2_text(&mut self, opcode: u8) -> Result<()> {
        let length = if opcode == b'U' { u64::from(self.input.byte()?) } else { self.length4()? };
        let node = match String::from_utf8(self.input.bytes(length)?) {
            Ok(text) => Node::Str(text.into()),
            Err(error) => Node::Bytes(error.into_bytes().into()),
        };
        self.stack.push(node)
    }

    fn byte_string(&mut self, opcode: u8) -> Result<()> {
        let length = match opcode {
            b'C' => u64::from(self.input.byte()?),
            b'B' => self.length4()?,
            _ => self.length8()?,
        };
        let bytes = self.input.bytes(length)?;
        self.stack.push(Node::Bytes(bytes.into()))
    }

    fn tuple(&mut self, opcode: u8) -> Result<()> {
        let items = match opcode {
            b't' => self.stack.pop_mark()?,
            _ => self.stack.pop_many(usize::from(opcode - 0x84))?,
        };
        self.stack.push(Node::Tuple(items))
    }

    fn append(&mut self, opcode: u8) -> Result<()> {
        let items = if opcode == b'a' { vec![self.stack.pop()?] } else { self.stack.pop_mark()? };
        match self.stack.top()? {
            Node::List(list) => list.extend(items),
            Node::Object(object) => object.items.extend(items),
            Node::Opaque(_) => {}
            _ => return corrupt("items are appended to something that is no list"),
        }
        Ok(())
    }

    fn set_items(&mut self, opcode: u8) -> Result<()> {
        let items = if opcode == b's' { self.stack.pop_many(2)? } else { self.stack.pop_mark()? };
        let (pairs, []) = items.as_chunks::<2>() else {
            return corrupt("a key without a value");
        };
        match self.stack.top()? {
            Node::Dict(dict) => dict.extend(pairs.iter().map(|&[key, value]| (key, value))),
            Node::Object(object) => object.entries.extend(pairs.iter().map(|&[key, value]| (key, value))),
            Node::Opaque(_) => {}
            _ => return corrupt("entries are set in something that is no dict"),
        }
        Ok(())
    }

    fn memoize(&mut self, opcode: u8) -> Result<()> {
        let slot = match opcode {
            b'q' => Some(u32::from(self.input.byte()?)),
            b'r' => Some(u32::from_le_bytes(self.input.array()?)),
            _ => None,
        };
        self.stack.memoize(slot)
    }

    fn recall(&mut self, opcode: u8) -> Result<()> {
        let slot = match opcode {
            b'h' => u32::from(self.input.byte()?),
            _ => u32::from_le_bytes(self.input.array()?),
        };
        self.stack.recall(slot)
    }

    fn global(&mut self, opcode: u8) -> Result<()> {
        let (module, name) = if opcode == b'c' {
            (self.input.line()?, self.input.line()?)
        } else {
            let pair = self.stack.pop_many(2)?;
            match (self.stack.node(pair[0]), self.stack.node(pair[1])) {
                (Node::Str(module), Node::Str(name)) => (module.to_string(), name.to_string()),
                _ => return corrupt("a name is no text"),
            }
        };
        self.stack.push(globals::lookup(&module, &name)?)
    }

    /// REDUCE, NEWOBJ, NEWOBJ_EX: for what the list holds, all three mean "made from these arguments".
    fn call(&mut self, opcode: u8) -> Result<()> {
        if opcode == 0x92 {
            self.stack.pop()?; // keyword arguments
        }
        let pair = self.stack.pop_many(2)?;
        let made = match (self.stack.node(pair[0]), self.stack.node(pair[1])) {
            (Node::Global(Global::NumpyBuffer), Node::Tuple(args)) => match args[..] {
                [data, dtype, shape, order] => {
                    let is_fortran = matches!(self.stack.node(order), Node::Str(order) if &**order == "F");
                    numpy::array(&mut self.stack, shape, dtype, is_fortran, data)?
                }
                _ => return corrupt("an array with odd arguments"),
            },
            (&Node::Global(global), Node::Tuple(args)) => {
                globals::call(global, args, self.stack.nodes(), &|index| self.storages.typed_length(index))?
            }
            (Node::Class(class), Node::Tuple(args)) => globals::instance(class, args, self.stack.nodes()),
            (other, _) => return corrupt(format!("it calls {}", kind_of(other))),
        };
        self.stack.push(made)
    }

    /// BUILD: the state of an object.
    fn build(&mut self) -> Result<()> {
        let state = self.stack.pop()?;
        let parts = match self.stack.node(state) {
            Node::Tuple(parts) => parts.clone(),
            _ => vec![state],
        };
        let entries: Vec<(NodeId, NodeId)> = parts
            .iter()
            .flat_map(|&id| match self.stack.node(id) {
                Node::Dict(entries) => entries.clone(),
                _ => Vec::new(),
            })
            .collect();
        let is_big = parts.get(1).is_some_and(|&id| matches!(self.stack.node(id), Node::Str(order) if &**order == ">"));
        let is_array = matches!(self.stack.top()?, Node::Opaque(name) if &**name == globals::NUMPY_ARRAY);
        if is_array && let [_, shape, dtype, fortran, data] = parts[..] {
            let is_fortran = matches!(self.stack.node(fortran), Node::Bool(true));
            let array = numpy::array(&mut self.stack, shape, dtype, is_fortran, data)?;
            *self.stack.top()? = array;
            return Ok(());
        }
        match self.stack.top()? {
            Node::Object(object) => object.entries.extend(entries),
            Node::NumpyDtype(dtype) => dtype.big_endian |= is_big,
            _ => {}
        }
        Ok(())
    }

    /// Protocol 0 writes numbers and texts as lines.
    fn line_value(&mut self, opcode: u8) -> Result<()> {
        let line = self.input.line()?;
        let line = line.trim_end_matches('\r');
        let node = match (opcode, line) {
            (b'I', "00") => Node::Bool(false),
            (b'I', "01") => Node::Bool(true),
            (b'I' | b'L', number) => match number.trim_end_matches('L').parse() {
                Ok(number) => Node::Int(number),
                Err(_) => Node::Opaque("int".into()),
            },
            (b'F', number) => match number.parse() {
                Ok(number) => Node::Float(number),
                Err(_) => return corrupt("a number that is none"),
            },
            (b'S', text) => Node::Str(text.trim_matches(['\'', '"']).into()),
            (_, text) => Node::Str(text.into()),
        };
        self.stack.push(node)
    }

    /// BINPERSID: `("storage", type, key, location, length[, view])`, the only thing torch keeps outside of the pickle.
    /// torch: serialization.py, persistent_id.
    fn persistent(&mut self) -> Result<()> {
        let id = self.stack.pop()?;
        let Node::Tuple(parts) = self.stack.node(id) else {
            return corrupt("a storage without a description");
        };
        let parts: Vec<&Node> = parts.iter().map(|&id| self.stack.node(id)).collect();
        let [Node::Str(kind), Node::Global(Global::Storage(dtype)), key, _location, Node::Int(length), view @ ..] =
            &parts[..]
        else {
            return match parts.first() {
                Some(Node::Str(kind)) if &**kind == "module" => {
                    Err(TorchError::Unsupported("a whole pickled module instead of its state_dict".into()))
                }
                _ => corrupt("a storage with an odd description"),
            };
        };
        let key = match key {
            Node::Str(key) => key.to_string(),
            Node::Int(key) => key.to_string(),
            _ => return corrupt("a storage whose key is no text"),
        };
        if &**kind != "storage" {
            return corrupt("an external object that is no storage");
        }
        let offset = match view {
            [] | [Node::None] => 0,
            [Node::Tuple(view)] => match view.get(1).map(|&id| self.stack.node(id)) {
                Some(&Node::Int(offset)) if offset >= 0 => offset as u64,
                _ => return corrupt("a view of a storage with an odd offset"),
            },
            _ => return corrupt("a view of a storage with an odd description"),
        };
        let index = self.storages.add(key, *dtype, *length)?;
        self.stack.push(Node::Storage { index, offset })
    }

    fn length4(&mut self) -> Result<u64> {
        Ok(u64::from(u32::from_le_bytes(self.input.array()?)))
    }

    fn length8(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.input.array()?))
    }
}

fn kind_of(node: &Node) -> &'static str {
    match node {
        Node::Global(_) | Node::Class(_) => "a name without arguments",
        _ => "something that is no name",
    }
}
