//! Reads a folder of pictures with objects: annotations, scenes beside pictures, pairs of other tools.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::check_record::{self, CheckedRecord, Records};
use super::{OwnPicture, seed_of};
use crate::annotated::{AnnotatedObject, AnnotatedPicture};
use crate::validate::{AT_A_TIME, far};
use crate::{DataError, DataIssue, IssueLog};
use scenewright_formats::picture_file::{self, ExifOrientation, MIN_SIDE_PX};
use scenewright_formats::picture_folder::{
    PictureIndex, PictureLocation, boxes_beside, files_in, graphs_of, is_other_tools, name_below,
};
use scenewright_formats::sources::{self, AnnotationSource, Part};
use scenewright_formats::values::word;
use scenewright_formats::{Source as Carrier, read_file};
use scenewright_scene::{Scene, UnitBox};

/// Of a folder with more pictures than this only the first bytes of each are read.
const DECODED_AT_MOST: usize = 300;

/// Pictures with objects, and issues. `progress`: every picture is decoded, and this is called with the progress; else of a large folder only the
/// first bytes of each picture are read.
pub fn read(path: &Path, mut progress: Option<&mut dyn FnMut(&str)>) -> Result<(Vec<OwnPicture>, IssueLog), DataError> {
    let place = |what: &str| DataError::InvalidFile { what: what.to_owned(), path: path.to_owned() };
    let folder = match path {
        _ if path.is_dir() => path.to_owned(),
        _ if path.is_file() => folder_of_file(path),
        _ => return Err(place("there is no such folder of pictures. Choose another, or put it back")),
    };
    let mut issues = IssueLog::default();
    let files = files_in(&folder).map_err(|problem| {
        place(&format!("the folder of pictures cannot be read ({problem}). Choose another, or allow reading it"))
    })?;
    let found =
        if path.is_dir() { sources::in_folder(&folder, &files) } else { sources::of_file(path, &folder, &files) };
    for note in found.notes {
        issues.add(note.kind, || DataIssue::new(note.path, note.place, note.what));
    }
    let on_disk: Vec<PathBuf> = files.iter().filter(|path| picture_file::is_picture(path)).cloned().collect();
    note_other_kinds(&files, &mut issues);
    let has_sources = !found.list.is_empty();
    let pictures = listed(&folder, found.list, &on_disk, &files, &mut issues)?;
    let is_listed: HashSet<PathBuf> = pictures.iter().map(|(path, ..)| path.clone()).collect();
    let mut all: Vec<(PathBuf, Option<CheckedRecord>, Part)> =
        pictures.into_iter().map(|(path, checked, part)| (path, Some(checked), part)).collect();
    all.extend(on_disk.into_iter().filter(|path| !is_listed.contains(path)).map(|path| (path, None, Part::Unknown)));
    all.sort_by(|a, b| a.0.cmp(&b.0));
    if all.is_empty() {
        issues.add("folders without a picture", || {
            let what = format!("there is no picture here ({}). Choose the folder that holds them", picture_file::KINDS);
            DataIssue::new(&folder, "", what)
        });
    }
    let folders = folders_of(&folder, &all);
    let decode = progress.is_some() || all.len() <= DECODED_AT_MOST;
    let mut read: Vec<(Option<OwnPicture>, IssueLog)> = Vec::with_capacity(all.len());
    let (count, mut all) = (all.len(), all.into_iter());
    while read.len() < count {
        if let Some(progress) = &mut progress {
            progress(&far("pictures", read.len(), count));
        }
        let some: Vec<_> = all.by_ref().take(AT_A_TIME).collect();
        read.par_extend(some.into_par_iter().map(|(path, checked, part)| {
            let mut issues = IssueLog::default();
            (one(&folder, path, checked, part, decode, &mut issues), issues)
        }));
    }
    let mut pictures = Vec::new();
    let mut own = IssueLog::default();
    for (picture, own_issues) in read {
        pictures.extend(picture);
        own.append(own_issues);
    }
    if pictures.is_empty() && !has_sources && folders.keys().any(|inner| !inner.is_empty()) {
        issues.add("pictures in folders below", || {
            let list: Vec<String> = folders.iter().map(|(inner, count)| format!("{inner} ({count})")).take(12).collect();
            let what = format!("there are no annotations here; the pictures lie in {}. Choose one of these folders, or put annotations here", list.join(", "));
            DataIssue::new(&folder, "", what)
        });
    }
    issues.append(own);
    Ok((pictures, issues))
}

/// Annotations in a folder of their own belong to the folder around it.
fn folder_of_file(path: &Path) -> PathBuf {
    let folder = path.parent().unwrap_or(Path::new(""));
    let is_list = folder.file_name().is_some_and(|name| name == "annotations");
    let around = folder.parent().filter(|around| is_list && !around.as_os_str().is_empty());
    around.unwrap_or(if folder.as_os_str().is_empty() { Path::new(".") } else { folder }).to_owned()
}

/// How many pictures each folder holds, by its name below the folder.
fn folders_of(folder: &Path, all: &[(PathBuf, Option<CheckedRecord>, Part)]) -> BTreeMap<String, usize> {
    let mut folders = BTreeMap::new();
    for (path, ..) in all {
        let inner = path.parent().and_then(|inner| name_below(folder, inner)).unwrap_or_default();
        *folders.entry(inner).or_insert(0) += 1;
    }
    folders
}

/// Pictures in formats that are not read, by their endings.
fn note_other_kinds(files: &[PathBuf], issues: &mut IssueLog) {
    for path in files {
        if let Some(kind) = picture_file::other_kind(path) {
            issues.add("pictures of kinds that are not read", || {
                DataIssue::new(path, "", format!("{kind} is not read. Save it as JPEG or PNG"))
            });
        }
    }
}

/// Pictures of all lists, found on the disk, each once.
fn listed(
    folder: &Path,
    sources: Vec<AnnotationSource>,
    on_disk: &[PathBuf],
    files: &[PathBuf],
    issues: &mut IssueLog,
) -> Result<Vec<(PathBuf, CheckedRecord, Part)>, DataError> {
    let index = PictureIndex::new(folder, on_disk);
    let is_only = sources.len() == 1;
    let mut claims: Vec<(PathBuf, u32, CheckedRecord, Part)> = Vec::new();
    for source in sources {
        let mut records = Records::default();
        match source.read(&mut records) {
            Ok(()) => {}
            Err(error) if is_only => return Err(error.into()),
            Err(error) => {
                issues.add("annotation files that cannot be read", || DataIssue::from_error(&source.path, &error));
                continue;
            }
        }
        for checked in check_record::check_records(records, &source.path, issues) {
            // What is wrong with that was reported.
            if checked.file_name.is_empty() {
                continue;
            }
            match index.find(&source.base, &checked.file_name) {
                PictureLocation::Here(path, fit) => claims.push((path, fit, checked, source.part)),
                PictureLocation::Nowhere => issues.add("pictures that are not there", || not_there(&checked, files)),
                PictureLocation::Several(paths) => issues.add("pictures whose name several have", || {
                    let names: Vec<String> = paths.iter().take(4).filter_map(|path| name_below(folder, path)).collect();
                    let what = format!(
                        "\"{}\" may be any of {}, so its annotations are put on none. Write the folder before the name",
                        checked.file_name,
                        names.join(", ")
                    );
                    DataIssue::new(&checked.file, &checked.place, what)
                }),
            }
        }
    }
    // The best match has the picture; of equal ones the first, if they mean the same.
    claims.sort_by_key(|claim| std::cmp::Reverse(claim.1));
    let mut taken: HashMap<PathBuf, (u32, String)> = HashMap::new();
    let mut unclear: HashSet<PathBuf> = HashSet::new();
    let mut found = Vec::new();
    for (path, fit, checked, part) in claims {
        let Some((best, name)) = taken.get(&path) else {
            taken.insert(path.clone(), (fit, checked.file_name.clone()));
            found.push((path, checked, part));
            continue;
        };
        if *best == fit && *name != checked.file_name && fit < u32::MAX {
            unclear.insert(path.clone());
        }
        if *best > fit {
            issues.add("pictures that are not there", || not_there(&checked, files));
            continue;
        }
        issues.add("pictures listed twice", || {
            let what = match unclear.contains(&path) {
                true => format!("\"{name}\" and \"{}\" both seem to be this picture, so neither is used. Write their names as the files have them", checked.file_name),
                false => "it is listed twice; the first entry is used. Remove the other".to_owned(),
            };
            DataIssue::new(&path, &checked.place, what)
        });
    }
    found.retain(|(path, ..)| !unclear.contains(path));
    Ok(found)
}

fn not_there(checked: &CheckedRecord, files: &[PathBuf]) -> DataIssue {
    let base = checked.file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let same_name = files.iter().find(|path| path.file_name().is_some_and(|name| name.to_string_lossy() == base));
    let what = match same_name.and_then(|path| picture_file::other_kind(path)) {
        Some(kind) => {
            format!("the picture \"{}\" is {kind}, which is not read. Save it as JPEG or PNG", checked.file_name)
        }
        None => {
            format!("the picture \"{}\" is not in this folder. Put it back, or remove the entry", checked.file_name)
        }
    };
    DataIssue::new(&checked.file, &checked.place, what)
}

fn one(
    folder: &Path,
    path: PathBuf,
    checked: Option<CheckedRecord>,
    part: Part,
    decode: bool,
    issues: &mut IssueLog,
) -> Option<OwnPicture> {
    let header = match picture_file::header(&path) {
        Ok(header) => header,
        Err(error) => {
            issues.add("pictures that cannot be read", || DataIssue::from_error(&path, &error));
            return None;
        }
    };
    let (width, height) = header.lies();
    if width.min(height) < MIN_SIDE_PX {
        issues.add("pictures that are too small", || {
            let what = format!("{width} x {height} pixels show nothing that could be learned (at least {MIN_SIDE_PX} a side). Take a larger copy, or remove it");
            DataIssue::new(&path, "", what)
        });
        return None;
    }
    let stated = checked.as_ref().map(|checked| (checked.width, checked.height)).filter(|(w, h)| *w > 0 && *h > 0);
    let boxes: Vec<[f64; 4]> =
        checked.iter().flat_map(|checked| &checked.objects).filter_map(|marked| marked.bbox).collect();
    let (size, by_boxes) = header.annotated_size(stated, &boxes);
    if by_boxes && let Some(checked) = &checked {
        issues.add("sizes of turned pictures", || {
            let how = if size == header.shown() { "as it is shown" } else { "as it lies in its file" };
            let what = format!(
                "EXIF turns the picture \"{}\", and its boxes only fit it {how} ({} x {} pixels); they are taken so. Write this size as its width and height",
                checked.file_name, size.0, size.1
            );
            DataIssue::new(&checked.file, &checked.place, what)
        });
    }
    let real = if header.is_size_as_it_lies(size) { header.lies() } else { header.shown() };
    if real != size {
        let ratio = |(w, h): (u32, u32)| f64::from(w) / f64::from(h.max(1));
        let alike = (ratio(real) / ratio(size) - 1.0).abs() < 0.03;
        issues.add("pictures of another size than annotated", || {
            let then = if alike {
                "its boxes are scaled. Write the size that it has, if they do not fit"
            } else {
                "its boxes are stretched. Annotate it anew if they do not fit"
            };
            let what =
                format!("it was annotated at {} x {} pixels and has {} x {}: {then}", size.0, size.1, real.0, real.1);
            DataIssue::new(&path, "", what)
        });
    }
    if decode && let Err(error) = picture_file::open(&path, ExifOrientation::AsShown) {
        issues.add("pictures that cannot be read", || DataIssue::from_error(&path, &error));
        return None;
    }
    let scene = scene_beside(folder, &path, issues);
    let (objects, relations) = checked.map(|checked| check_record::objects(checked, size, issues)).unwrap_or_default();
    let annotated = match &scene {
        Some((file, scene)) => with_scene(objects, scene, size, file, issues),
        None => {
            let plain = objects.into_iter().map(|(_, object)| object).collect();
            // Without relations of its own, those that can be seen are better than none.
            let relations = (!relations.is_empty()).then_some(relations);
            AnnotatedPicture { width: size.0, height: size.1, objects: plain, relations }
        }
    };
    if annotated.objects.is_empty() {
        issues.add("pictures without objects", || {
            DataIssue::new(&path, "", "nothing is marked on it, so nothing is learned from it. Draw a box, or leave it")
        });
        return None;
    }
    let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
    Some(OwnPicture { seed: seed_of(&name), path, annotated, part, held_out: false })
}

/// The scene of a picture: beside it, in a folder of scenes, or inside it.
fn scene_beside(folder: &Path, picture: &Path, issues: &mut IssueLog) -> Option<(PathBuf, Scene)> {
    let tries = graphs_of(folder, picture).into_iter().chain([picture.to_owned()]);
    let is_png = picture.extension().is_some_and(|end| end.eq_ignore_ascii_case("png"));
    for file in tries.filter(|file| file.is_file()) {
        let is_picture = file == picture;
        if is_picture && !is_png {
            continue;
        }
        match read_file(&file) {
            Ok((scenes, source)) if source == Carrier::Document || is_picture => {
                if scenes.len() > 1 {
                    issues.add("scene files with several graphs", || {
                        DataIssue::new(&file, "", "it holds several graphs; the first is used. Keep one in it")
                    });
                }
                return Some((file, scenes.into_iter().next()?));
            }
            Ok(_) => {}
            // Most PNGs carry no graph, and a JSON of that name may be another tool's.
            Err(_) if is_picture => {}
            Err(error) if is_other_tools(&file, &error) => {}
            Err(error) => issues.add("scenes that cannot be read", || DataIssue::from_error(&file, &error)),
        }
    }
    None
}

/// The object of the scene that an annotation is for, though it does not say so: of the same name, and at the same place. As Annotate finds it.
fn twin(
    object: &AnnotatedObject,
    scene: &Scene,
    boxes: &[Option<UnitBox>],
    size: (u32, u32),
    is_taken: impl Fn(usize) -> bool,
) -> Option<usize> {
    /// Intersection over union.
    const ALIKE: f32 = 0.5;
    let whole = AnnotatedPicture { width: size.0, height: size.1, ..AnnotatedPicture::default() };
    let place = whole.unit_box(object);
    let free = scene.nodes().iter().zip(boxes).enumerate();
    let free = free.filter(|(row, (node, _))| word(&node.name) == object.name && !is_taken(*row));
    let near = free.filter_map(|(row, (_, b))| Some(((*b)?.iou(&place), row))).filter(|(iou, _)| *iou >= ALIKE);
    near.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, row)| row)
}

/// Objects in the scene's order, then annotations that the scene knows nothing of.
fn with_scene(
    objects: Vec<(Option<usize>, AnnotatedObject)>,
    scene: &Scene,
    size: (u32, u32),
    file: &Path,
    issues: &mut IssueLog,
) -> AnnotatedPicture {
    let mut by_row: HashMap<usize, AnnotatedObject> = HashMap::new();
    let mut others = Vec::new();
    for (row, object) in objects {
        match row {
            Some(row) if row >= scene.nodes().len() => {
                issues.add("annotations of objects that the scene lacks", || {
                    let what = format!("scenewright_object {row} of \"{}\" is not in the scene, which has {} objects. It is used without relations; open the picture in Annotate and save", object.name, scene.nodes().len());
                    DataIssue::new(file, "", what)
                });
                others.push(object);
            }
            Some(row) if by_row.contains_key(&row) => {
                issues.add("objects annotated twice", || {
                    DataIssue::new(
                        file,
                        format!("object {row}"),
                        "two annotations are for it; the second is used without relations. Remove one",
                    )
                });
                others.push(object);
            }
            Some(row) => {
                by_row.insert(row, object);
            }
            None => others.push(object),
        }
    }
    let boxes = boxes_beside(scene, size);
    let boxes: Vec<Option<UnitBox>> = (scene.nodes().iter().enumerate())
        .map(|(row, node)| node.pinned.or_else(|| boxes.get(row).copied().flatten()))
        .collect();
    others.retain(|object| match twin(object, scene, &boxes, size, |row| by_row.contains_key(&row)) {
        Some(row) => by_row.insert(row, object.clone()).is_some(),
        None => true,
    });
    let mut rows = Vec::with_capacity(scene.nodes().len());
    let mut list = Vec::new();
    for (row, node) in scene.nodes().iter().enumerate() {
        let (width, height) = (f64::from(size.0), f64::from(size.1));
        let to_px = |b: UnitBox| {
            let [x0, y0, x1, y1] = <[f32; 4]>::from(b).map(f64::from);
            [x0 * width, y0 * height, (x1 - x0) * width, (y1 - y0) * height]
        };
        let pinned = boxes.get(row).copied().flatten();
        let own = by_row.remove(&row).or_else(|| {
            let bbox = to_px(pinned?.repaired()?);
            Some(AnnotatedObject { name: word(&node.name), bbox, shape: None, attributes: Vec::new() })
        });
        let Some(mut object) = own else {
            issues.add("objects without a box", || {
                let what = format!("\"{}\" has no box, so it is left out with its relations. Draw one", node.name);
                DataIssue::new(file, format!("object {row}"), what)
            });
            rows.push(None);
            continue;
        };
        if object.name != word(&node.name) {
            issues.add("objects of two names", || {
                let what = format!(
                    "the annotation calls it \"{}\", the scene \"{}\"; the scene's name is used. Give both one name",
                    object.name, node.name
                );
                DataIssue::new(file, format!("object {row}"), what)
            });
            object.name = word(&node.name);
        }
        for word in &node.attributes {
            if !object.attributes.contains(word) {
                object.attributes.push(word.clone());
            }
        }
        rows.push(Some(list.len()));
        list.push(object);
    }
    let end = |id| scene.node_index(id).and_then(|row| rows.get(row).copied().flatten());
    let relations: Vec<(usize, String, usize)> = scene
        .relations()
        .iter()
        .filter_map(|relation| Some((end(relation.subject)?, word(&relation.predicate), end(relation.object)?)))
        .collect();
    list.extend(others);
    // A scene without relations says nothing: better those that can be seen than none.
    let relations = (!relations.is_empty()).then_some(relations);
    AnnotatedPicture { width: size.0, height: size.1, objects: list, relations }
}
