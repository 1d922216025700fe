//! The export formats, and the function that writes any of them.

use super::comfyui::comfyui;
use super::control::control_maps;
use super::ideogram::ideogram;
use super::pixels::{Scaling, enlarged, jpeg, png, png_with_graph, webp, with_graph};
use super::{ExportError, GifFrame, coco, gif, object_masks, openraster, overlay, psd, segmentation};
use crate::Picture;
use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};
use scenewright_formats::{WriteError, dot, plain, scenes_to_string, write_atomically};
use scenewright_language::scene_prompt;
use scenewright_scene::Scene;
use scenewright_scene::vocab::Vocabulary;
use std::path::Path;
use std::time::Duration;
use strum::{EnumIter, EnumString, IntoEnumIterator, IntoStaticStr};

/// A file, or a folder of files, for other programs. The order is that of menus; [`IntoEnumIterator`] lists them all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ExportFormat {
    /// The image; opening it brings the scene back.
    Png,
    Jpeg,
    #[strum(serialize = "webp")]
    WebP,
    /// Several pictures, one after the other.
    Gif,
    /// A layer for each object.
    #[strum(serialize = "ora")]
    OpenRaster,
    /// A layer with a mask for each object.
    Psd,
    /// A folder with a mask of each object.
    Masks,
    /// The image with its boxes.
    Boxes,
    /// All masks in one picture.
    MaskOverview,
    Segmentation,
    /// The scene graph, as google/sg2im reads it.
    Json,
    Coco,
    Dot,
    /// The scene in words.
    Prompt,
    /// A folder with a workflow, the picture and masks.
    #[strum(serialize = "comfyui")]
    ComfyUi,
    /// A prompt with boxes.
    Ideogram,
    /// A folder with segmentation, lines, depth and masks.
    ControlMaps,
}

/// What formats are for: the headings of the export dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter)]
pub enum ExportGroup {
    Picture,
    Layers,
    Layout,
    Data,
    Generators,
}

impl ExportGroup {
    pub fn title(self) -> &'static str {
        match self {
            Self::Picture => "Picture",
            Self::Layers => "Layers and masks",
            Self::Layout => "Layout, drawn",
            Self::Data => "Data",
            Self::Generators => "For image generators",
        }
    }

    /// In their order.
    pub fn formats(self) -> impl Iterator<Item = ExportFormat> {
        ExportFormat::iter().filter(move |format| format.group() == self)
    }
}

impl ExportFormat {
    /// As the command line and the preferences write it.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// As a menu writes it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Png => "PNG image, with its graph inside",
            Self::Jpeg => "JPEG image",
            Self::WebP => "WebP image, lossless",
            Self::Gif => "Animated GIF of the history",
            Self::OpenRaster => "OpenRaster, a layer for each object",
            Self::Psd => "Photoshop (PSD), a layer with a mask for each object",
            Self::Masks => "A mask of each object, in a folder",
            Self::Boxes => "Boxes",
            Self::MaskOverview => "Masks in one picture",
            Self::Segmentation => "Segmentation map",
            Self::Json => "Scene graph (JSON)",
            Self::Coco => "COCO annotations",
            Self::Dot => "Graph for Graphviz (DOT)",
            Self::Prompt => "Prompt in plain English",
            Self::ComfyUi => "ComfyUI workflow with masks, in a folder",
            Self::Ideogram => "Ideogram 4 prompt with boxes (JSON)",
            Self::ControlMaps => "Control maps (depth, lines, segmentation), in a folder",
        }
    }

    pub fn group(self) -> ExportGroup {
        match self {
            Self::Png | Self::Jpeg | Self::WebP | Self::Gif => ExportGroup::Picture,
            Self::OpenRaster | Self::Psd | Self::Masks => ExportGroup::Layers,
            Self::Boxes | Self::MaskOverview | Self::Segmentation => ExportGroup::Layout,
            Self::Json | Self::Coco | Self::Dot => ExportGroup::Data,
            Self::Prompt | Self::ComfyUi | Self::Ideogram | Self::ControlMaps => ExportGroup::Generators,
        }
    }

    /// `None`: a folder.
    pub fn extension(self) -> Option<&'static str> {
        match self {
            Self::Png | Self::Boxes | Self::MaskOverview | Self::Segmentation => Some("png"),
            Self::Jpeg => Some("jpg"),
            Self::WebP => Some("webp"),
            Self::Gif => Some("gif"),
            Self::OpenRaster => Some("ora"),
            Self::Psd => Some("psd"),
            Self::Masks | Self::ComfyUi | Self::ControlMaps => None,
            Self::Dot => Some("dot"),
            Self::Prompt => Some("txt"),
            Self::Coco | Self::Json | Self::Ideogram => Some("json"),
        }
    }

    /// The name of the file, or folder, of a scene with this name: distinct for all formats, and never that of the scene's own file.
    pub fn file_name(self, scene: &str) -> String {
        let suffix = match self {
            Self::Png | Self::Jpeg | Self::WebP | Self::Gif | Self::OpenRaster | Self::Psd | Self::Dot => "",
            Self::Masks | Self::MaskOverview => "-masks",
            Self::Boxes => "-boxes",
            Self::Segmentation => "-segmentation",
            Self::Json => "-graph",
            Self::Coco => "-coco",
            Self::Prompt => "-prompt",
            Self::ComfyUi => "-comfyui",
            Self::Ideogram => "-ideogram",
            Self::ControlMaps => "-control-maps",
        };
        match self.extension() {
            Some(extension) => format!("{scene}{suffix}.{extension}"),
            None => format!("{scene}{suffix}"),
        }
    }

    /// Whether a scene is enough, and no picture of it is needed.
    pub fn is_of_graph(self) -> bool {
        matches!(self, Self::Dot | Self::Json)
    }

    /// What a file's name asks for: the first format with that ending.
    pub fn of_path(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_lowercase();
        match ending.as_str() {
            "jpeg" => Some(Self::Jpeg),
            "gv" => Some(Self::Dot),
            // A scene graph; annotations have to be asked for by name.
            "json" => Some(Self::Json),
            ending => Self::iter().find(|format| format.extension() == Some(ending)),
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub struct ExportOptions {
    /// 1 to [`MAX_SCALE`](super::MAX_SCALE).
    pub scale: u32,
    pub scaling: Scaling,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self { scale: 1, scaling: Scaling::Smooth }
    }
}

/// What is to be written.
#[derive(Clone, Debug)]
pub enum Exported {
    File(Vec<u8>),
    /// Names and bytes, for a folder.
    Folder(Vec<(String, Vec<u8>)>),
}

/// A scene in a format that needs no picture ([`ExportFormat::is_of_graph`]); `None` for the others. Without a vocabulary there are
/// no colors.
pub fn export_graph(scene: &Scene, vocab: Option<&Vocabulary>, format: ExportFormat) -> Option<Exported> {
    let text = match format {
        ExportFormat::Dot => dot(scene, vocab),
        ExportFormat::Json => scenes_to_string(std::slice::from_ref(scene)),
        _ => return None,
    };
    Some(Exported::File(text.into_bytes()))
}

/// A picture in a format. `file_name`: what the image is called, for formats that name it.
pub fn export(
    picture: &Picture,
    scene: &Scene,
    vocab: &Vocabulary,
    format: ExportFormat,
    options: &ExportOptions,
    file_name: &str,
) -> Result<Exported, ExportError> {
    if let Some(graph) = export_graph(scene, Some(vocab), format) {
        return Ok(graph);
    }
    let ExportOptions { scale, scaling } = *options;
    let image = enlarged(picture, scale, scaling)?;
    // A graph within a picture brings that picture back.
    let scene = &picture.recorded_in(scene);
    let bytes = match format {
        ExportFormat::Png => png_with_graph(&image, scene)?,
        ExportFormat::Jpeg => jpeg(&image)?,
        ExportFormat::WebP => webp(&image)?,
        // Of one picture, which stands still.
        ExportFormat::Gif => gif(std::iter::once(Ok(GifFrame { image, delay: Duration::ZERO })))?,
        ExportFormat::OpenRaster => openraster(picture, scene, vocab, scale, scaling)?,
        ExportFormat::Psd => psd(picture, scene, vocab, scale, scaling)?,
        ExportFormat::Boxes => png(&overlay::boxes(picture, scene, vocab, scale))?,
        ExportFormat::MaskOverview => png(&overlay::masks(picture, scene, vocab, scale))?,
        ExportFormat::Masks => return masks(picture, scene, image.dimensions()),
        ExportFormat::Segmentation => with_graph(segmentation(picture, vocab, scale).png()?, scene),
        ExportFormat::Coco => format!("{}\n", coco(picture, scene, vocab, scale, file_name)).into_bytes(),
        ExportFormat::Prompt => format!("{}\n", scene_prompt(scene, vocab).text()).into_bytes(),
        ExportFormat::ComfyUi => {
            let name = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
            return comfyui(picture, scene, vocab, (scale, scaling), name).map(Exported::Folder);
        }
        ExportFormat::Ideogram => ideogram(picture, scene, vocab).into_bytes(),
        ExportFormat::ControlMaps => {
            return control_maps(picture, scene, vocab, (scale, scaling)).map(Exported::Folder);
        }
        // Done above.
        ExportFormat::Dot | ExportFormat::Json => Vec::new(),
    };
    Ok(Exported::File(bytes))
}

fn masks(picture: &Picture, scene: &Scene, (width, height): (u32, u32)) -> Result<Exported, ExportError> {
    let mut files = Vec::new();
    for (row, (title, mask)) in object_masks(picture, scene, width, height).into_iter().enumerate() {
        let mut bytes = Vec::new();
        PngEncoder::new(&mut bytes).write_image(&mask, width, height, ExtendedColorType::L8)?;
        files.push((format!("{row:03}-{}.png", file_word(&title)), bytes));
    }
    Ok(Exported::Folder(files))
}

/// A title as part of a file's name, on every system.
pub(super) fn file_word(title: &str) -> String {
    const MOST_CHARS: usize = 40;
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    title.chars().map(plain).take(MOST_CHARS).collect()
}

impl Exported {
    /// Writes the file, or all of the folder's files, or nothing. Waits for the disk.
    pub fn write(&self, path: &Path) -> Result<(), ExportError> {
        match self {
            Self::File(bytes) => write_atomically(path, bytes)?,
            Self::Folder(files) => write_folder(path, files)?,
        }
        Ok(())
    }
}

/// All files are written beside their places before the first of them takes its own, so that a full disk leaves none.
#[allow(clippy::disallowed_methods, reason = "writes the folder that the caller names")]
fn write_folder(path: &Path, files: &[(String, Vec<u8>)]) -> Result<(), ExportError> {
    let folder = |source| ExportError::Folder { source, path: path.to_owned() };
    let is_new = !path.exists();
    std::fs::create_dir_all(path).map_err(folder)?;
    let written = || {
        let draft = tempfile::Builder::new().prefix(".scenewright-").suffix(".tmp").tempdir_in(path);
        let draft = draft.map_err(|error| folder(plain(error)))?;
        for (name, bytes) in files {
            let file = draft.path().join(name);
            std::fs::write(&file, bytes).map_err(|source| WriteError::Io { source, path: path.join(name) })?;
        }
        for (name, _) in files {
            let place = path.join(name);
            std::fs::rename(draft.path().join(name), &place)
                .map_err(|source| WriteError::Io { source, path: place })?;
        }
        Ok(())
    };
    written().inspect_err(|_: &ExportError| {
        if is_new {
            // Refused where something else is in it by now.
            let _ = std::fs::remove_dir(path);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_folder_is_written_whole_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("masks");
        let files = |second: &str| Exported::Folder(vec![("a.png".into(), vec![1]), (second.into(), vec![2])]);
        // A name that no disk takes stands for a disk that is full.
        assert!(files(&"x".repeat(300)).write(&path).is_err());
        assert!(!path.exists());
        files("b.png").write(&path).unwrap();
        let mut names: Vec<_> = std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["a.png", "b.png"]);
    }

    #[test]
    fn formats_go_by_the_words_of_the_command_line_and_by_names_of_their_own() {
        let words: Vec<&str> = ExportFormat::iter().map(ExportFormat::word).collect();
        assert_eq!(
            words,
            [
                "png",
                "jpeg",
                "webp",
                "gif",
                "ora",
                "psd",
                "masks",
                "boxes",
                "mask-overview",
                "segmentation",
                "json",
                "coco",
                "dot",
                "prompt",
                "comfyui",
                "ideogram",
                "control-maps"
            ]
        );
        let mut names = BTreeSet::from(["sheep.json".to_owned()]);
        for format in ExportFormat::iter() {
            assert_eq!(format.word().parse(), Ok(format));
            assert!(names.insert(format.file_name("sheep")), "{format:?}");
        }
        let grouped: Vec<ExportFormat> = ExportGroup::iter().flat_map(ExportGroup::formats).collect();
        assert_eq!(grouped, ExportFormat::iter().collect::<Vec<_>>());
    }

    #[test]
    fn a_name_asks_for_a_format() {
        for (name, expected) in [
            ("a.png", Some(ExportFormat::Png)),
            ("a.PNG", Some(ExportFormat::Png)),
            ("a.jpg", Some(ExportFormat::Jpeg)),
            ("a.jpeg", Some(ExportFormat::Jpeg)),
            ("a.gif", Some(ExportFormat::Gif)),
            ("a.webp", Some(ExportFormat::WebP)),
            ("a.ora", Some(ExportFormat::OpenRaster)),
            ("a.psd", Some(ExportFormat::Psd)),
            ("a.txt", Some(ExportFormat::Prompt)),
            ("a.dot", Some(ExportFormat::Dot)),
            ("a.gv", Some(ExportFormat::Dot)),
            ("a.json", Some(ExportFormat::Json)),
            ("a.tiff", None),
            ("png", None),
        ] {
            assert_eq!(ExportFormat::of_path(Path::new(name)), expected, "{name}");
        }
        assert_eq!(file_word("Anna's ../cow\n"), "Anna-s----cow-");
    }
}
