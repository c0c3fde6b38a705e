//! Folders and files as the system shows them, and beside that what of them would survive a power cut.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Component, Path, PathBuf};

use super::Dice;
use super::content::Content;

/// Names a folder or a file, whatever it is called.
pub(super) type Number = u64;

pub(super) const ROOT: Number = 0;
/// What a disk writes whole or not at all.
const SECTOR: usize = 512;

#[derive(Clone, Debug)]
pub(super) enum Node {
    Folder(Folder),
    File(Inode),
}

/// Names: as they are, and as they were last synced.
#[derive(Clone, Debug, Default)]
pub(super) struct Folder {
    pub names: BTreeMap<OsString, Number>,
    durable: BTreeMap<OsString, Number>,
}

/// Bytes: as they are, as they were last synced, and what came between.
#[derive(Clone, Debug, Default)]
pub(super) struct Inode {
    pub now: Content,
    durable: Content,
    dirty: Vec<Change>,
    /// Which open files hold the lock, and whether one of them holds it alone.
    pub locked_by: BTreeSet<u64>,
    pub locked_alone: bool,
}

#[derive(Clone, Debug)]
enum Change {
    Write { offset: u64, bytes: Vec<u8> },
    Allocate { offset: u64, bytes: u64 },
    Length(u64),
}

/// A change of names that no sync has made durable.
#[derive(Clone, Debug)]
struct Renaming {
    /// Gone from here.
    from: Option<(Number, OsString)>,
    /// There instead.
    to: Option<(Number, OsString)>,
    node: Number,
}

/// How a power cut treats what was not synced.
#[derive(Clone, Copy)]
enum Fate {
    Lost,
    Kept,
    ByChance,
}

impl Inode {
    pub fn write(&mut self, bytes: &[u8], offset: u64) {
        self.now.write(bytes, offset);
        self.dirty.push(Change::Write { offset, bytes: bytes.to_vec() });
    }

    pub fn set_len(&mut self, bytes: u64) {
        self.now.set_len(bytes);
        self.dirty.push(Change::Length(bytes));
    }

    pub fn allocate(&mut self, offset: u64, bytes: u64) {
        self.now.allocate(offset, bytes);
        self.dirty.push(Change::Allocate { offset, bytes });
    }

    pub fn sync(&mut self) {
        for change in std::mem::take(&mut self.dirty) {
            match change {
                Change::Write { offset, bytes } => self.durable.take_pages(&self.now, offset, bytes.len() as u64),
                Change::Allocate { offset, bytes } => self.durable.take_pages(&self.now, offset, bytes),
                Change::Length(bytes) => self.durable.set_len(bytes),
            }
        }
        self.durable.set_len(self.now.bytes);
    }

    /// What is dirty is taken for clean, as systems do after a failed sync.
    pub fn forget_dirty(&mut self) {
        self.dirty.clear();
    }

    fn survivor(&self, fate: Fate, dice: &mut Dice) -> Content {
        let mut content = self.durable.clone();
        for change in &self.dirty {
            let kept = match fate {
                Fate::Lost => false,
                Fate::Kept => true,
                Fate::ByChance => dice.once_in(2),
            };
            match change {
                Change::Write { offset, bytes } if kept => content.write(bytes, *offset),
                Change::Write { offset, bytes } if matches!(fate, Fate::ByChance) && dice.once_in(2) => {
                    tear(&mut content, bytes, *offset, dice);
                }
                Change::Allocate { offset, bytes } if kept => content.allocate(*offset, *bytes),
                Change::Length(bytes) if kept => content.set_len(*bytes),
                _ => {}
            }
        }
        content
    }
}

/// Writes some sectors: the first ones, or any.
fn tear(content: &mut Content, bytes: &[u8], offset: u64, dice: &mut Dice) {
    let first = SECTOR - (offset % SECTOR as u64) as usize;
    let mut at = 0;
    let sectors = bytes.len().div_ceil(SECTOR) as u64 + 1;
    let (any, mut left) = (dice.once_in(2), dice.below(sectors));
    while at < bytes.len() {
        let end = if at == 0 { first.min(bytes.len()) } else { (at + SECTOR).min(bytes.len()) };
        let kept = if any { dice.once_in(2) } else { left > 0 };
        if kept {
            content.write(&bytes[at..end], offset + at as u64);
        }
        left = left.saturating_sub(1);
        at = end;
    }
}

/// All nodes, and the names that are not durable yet.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    nodes: BTreeMap<Number, Node>,
    next: Number,
    renamings: Vec<Renaming>,
    /// How many nodes were left when those without name were last dropped.
    collected: usize,
}

impl Tree {
    pub fn new() -> Self {
        let nodes = BTreeMap::from([(ROOT, Node::Folder(Folder::default()))]);
        Self { nodes, next: ROOT + 1, renamings: Vec::new(), collected: 0 }
    }

    pub fn find(&self, path: &Path) -> io::Result<Number> {
        let mut at = ROOT;
        for component in path.components() {
            if let Component::Normal(name) = component {
                at = *self.folder(at)?.names.get(name).ok_or(io::ErrorKind::NotFound)?;
            }
        }
        Ok(at)
    }

    /// The folder that a path lies in, and its name there.
    fn place<'a>(&self, path: &'a Path) -> io::Result<(Number, &'a OsStr)> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let folder = self.find(path.parent().unwrap_or(Path::new("/")))?;
        self.folder(folder)?;
        Ok((folder, name))
    }

    pub fn folder(&self, number: Number) -> io::Result<&Folder> {
        match self.nodes.get(&number) {
            Some(Node::Folder(folder)) => Ok(folder),
            _ => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    pub fn file(&self, number: Number) -> io::Result<&Inode> {
        match self.nodes.get(&number) {
            Some(Node::File(inode)) => Ok(inode),
            _ => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    pub fn file_mut(&mut self, number: Number) -> io::Result<&mut Inode> {
        match self.nodes.get_mut(&number) {
            Some(Node::File(inode)) => Ok(inode),
            _ => Err(io::ErrorKind::IsADirectory.into()),
        }
    }

    /// Gives a new file or folder a name.
    pub fn make(&mut self, path: &Path, node: Node) -> io::Result<Number> {
        let to = self.place(path)?;
        if self.folder(to.0)?.names.contains_key(to.1) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let number = self.next;
        self.next += 1;
        self.nodes.insert(number, node);
        self.rename_node(None, Some(to), number);
        Ok(number)
    }

    pub fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        let (number, from, to) = (self.find(from)?, self.place(from)?, self.place(to)?);
        if let Some(Node::Folder(folder)) = self.folder(to.0)?.names.get(to.1).and_then(|there| self.nodes.get(there))
            && !folder.names.is_empty()
        {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        self.rename_node(Some(from), Some(to), number);
        Ok(())
    }

    pub fn remove(&mut self, path: &Path, folders: bool) -> io::Result<()> {
        let number = self.find(path)?;
        match &self.nodes[&number] {
            Node::Folder(_) if !folders => return Err(io::ErrorKind::IsADirectory.into()),
            Node::File(_) if folders => return Err(io::ErrorKind::NotADirectory.into()),
            Node::Folder(folder) if !folder.names.is_empty() => return Err(io::ErrorKind::DirectoryNotEmpty.into()),
            _ => {}
        }
        let from = self.place(path)?;
        self.rename_node(Some(from), None, number);
        Ok(())
    }

    fn rename_node(&mut self, from: Option<(Number, &OsStr)>, to: Option<(Number, &OsStr)>, node: Number) {
        let owned = |(folder, name): (Number, &OsStr)| (folder, name.to_owned());
        let renaming = Renaming { from: from.map(owned), to: to.map(owned), node };
        self.apply(&renaming, |folder| &mut folder.names);
        self.renamings.push(renaming);
    }

    fn apply(&mut self, renaming: &Renaming, names: fn(&mut Folder) -> &mut BTreeMap<OsString, Number>) {
        if let Some((folder, name)) = &renaming.from
            && let Some(Node::Folder(folder)) = self.nodes.get_mut(folder)
            && names(folder).get(name) == Some(&renaming.node)
        {
            names(folder).remove(name);
        }
        if let Some((folder, name)) = &renaming.to
            && let Some(Node::Folder(folder)) = self.nodes.get_mut(folder)
        {
            names(folder).insert(name.clone(), renaming.node);
        }
    }

    /// Makes the names in a folder durable. What moved between two folders is durable in both, and so is what became of it before: a
    /// name that was given first must not come back after it was taken away.
    pub fn sync_folder(&mut self, number: Number) {
        let here = |place: &Option<(Number, OsString)>| place.as_ref().is_some_and(|(folder, _)| *folder == number);
        let renamings = std::mem::take(&mut self.renamings);
        let synced = renamings.iter().enumerate().filter(|(_, renaming)| here(&renaming.from) || here(&renaming.to));
        let last: BTreeMap<Number, usize> = synced.map(|(at, renaming)| (renaming.node, at)).collect();
        for (at, renaming) in renamings.into_iter().enumerate() {
            match last.get(&renaming.node) {
                Some(last) if at <= *last => self.apply(&renaming, |folder| &mut folder.durable),
                _ => self.renamings.push(renaming),
            }
        }
    }

    pub fn has_name(&self, number: Number) -> bool {
        let named =
            |node: &Node| matches!(node, Node::Folder(folder) if folder.names.values().any(|named| *named == number));
        self.nodes.values().any(named)
    }

    /// Room taken by all files that have names.
    pub fn room(&self) -> u64 {
        let names = self.nodes.values().filter_map(|node| match node {
            Node::Folder(folder) => Some(folder.names.values()),
            Node::File(_) => None,
        });
        names.flatten().filter_map(|number| self.file(*number).ok()).map(|file| file.now.room()).sum()
    }

    /// Every file with its path, in order of paths.
    pub fn files(&self) -> Vec<(PathBuf, Number)> {
        let (mut files, mut folders) = (Vec::new(), vec![(PathBuf::from("/"), ROOT)]);
        while let Some((path, number)) = folders.pop() {
            let Ok(folder) = self.folder(number) else { continue };
            for (name, number) in &folder.names {
                match &self.nodes[number] {
                    Node::Folder(_) => folders.push((path.join(name), *number)),
                    Node::File(_) => files.push((path.join(name), *number)),
                }
            }
        }
        files.sort();
        files
    }

    /// Drops the nodes that no name and no open file can reach any more, now and then.
    pub fn collect(&mut self, open: impl Iterator<Item = Number>) {
        if self.nodes.len() < 2 * self.collected + 64 {
            return;
        }
        let mut reached: BTreeSet<Number> = open.chain([ROOT]).collect();
        reached.extend(self.renamings.iter().map(|renaming| renaming.node));
        for node in self.nodes.values() {
            if let Node::Folder(folder) = node {
                reached.extend(folder.names.values().chain(folder.durable.values()));
            }
        }
        self.nodes.retain(|number, _| reached.contains(number));
        self.collected = self.nodes.len();
    }

    /// What a process that is killed leaves: everything, but for its locks.
    pub fn after_kill(mut self) -> Self {
        for node in self.nodes.values_mut() {
            if let Node::File(inode) = node {
                inode.locked_by.clear();
            }
        }
        self
    }

    /// What is there when the power is back.
    pub fn after_cut(mut self, dice: &mut Dice) -> Self {
        let fate = match dice.below(4) {
            0 => Fate::Lost,
            1 => Fate::Kept,
            _ => Fate::ByChance,
        };
        for renaming in std::mem::take(&mut self.renamings) {
            let kept = match fate {
                Fate::Lost => false,
                Fate::Kept => true,
                Fate::ByChance => dice.once_in(2),
            };
            if kept {
                self.apply(&renaming, |folder| &mut folder.durable);
            }
        }
        // Which fate names met says nothing about bytes.
        let fate = match dice.below(4) {
            0 => Fate::Lost,
            1 => Fate::Kept,
            _ => Fate::ByChance,
        };
        for node in self.nodes.values_mut() {
            match node {
                Node::Folder(folder) => folder.names = folder.durable.clone(),
                Node::File(inode) => {
                    let content = inode.survivor(fate, dice);
                    *inode = Inode { now: content.clone(), durable: content, ..Inode::default() };
                }
            }
        }
        self
    }

    /// Everything is durable as it is: for damage done to a disk at rest.
    pub fn settle(&mut self) {
        for renaming in std::mem::take(&mut self.renamings) {
            self.apply(&renaming, |folder| &mut folder.durable);
        }
        for node in self.nodes.values_mut() {
            if let Node::File(inode) = node {
                inode.sync();
            }
        }
    }
}
