//! Tensors in files: noise that was drawn elsewhere, and what `--dump` keeps of the pictures.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail, ensure};
use candle_core::{DType, Device, Tensor};

use scenewright_generate::{Generator, Picture};
use scenewright_nn::device::plain;

/// Noise that was drawn elsewhere.
pub(crate) struct NoiseFile {
    tensors: HashMap<String, Tensor>,
    path: PathBuf,
}

impl NoiseFile {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let failed = |why: String| anyhow!("cannot read the noise: {why}: {}", path.display());
        let metadata = fs::metadata(path).map_err(|error| failed(error.to_string()))?;
        ensure!(metadata.is_file(), failed("this is no ordinary file".into()));
        let bytes = fs::read(path).map_err(|error| failed(error.to_string()))?;
        let tensors =
            candle_core::safetensors::load_buffer(&bytes, &Device::Cpu).map_err(|error| failed(plain(&error)))?;
        Ok(Self { tensors, path: path.to_owned() })
    }

    /// Whether there is noise for a graph, and of the model's shape.
    pub(crate) fn check(&self, index: usize, generator: &Generator) -> Result<()> {
        let noise = self.of(index)?;
        generator.check_noise(&noise).map_err(|error| anyhow!("{error}: {}", self.path.display()))
    }

    pub(crate) fn of(&self, index: usize) -> Result<Tensor> {
        let found = self.tensors.get(&index.to_string()).or_else(|| self.tensors.get("noise"));
        let Some(noise) = found else {
            bail!(
                "there is no noise for graph {index}; name it \"{index}\", or \"noise\" for all: {}",
                self.path.display()
            );
        };
        let noise = if noise.rank() == 3 { noise.unsqueeze(0)? } else { noise.clone() };
        Ok(noise.to_dtype(DType::F32)?)
    }
}

/// Tensors of every graph, in the order they were drawn.
#[derive(Default)]
pub(crate) struct Dump {
    tensors: Vec<(String, Tensor)>,
}

impl Dump {
    /// Said before the pictures are drawn, not after.
    pub(crate) fn check_target(path: &Path) -> Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        ensure!(folder.is_dir(), "cannot save the tensors: there is no such folder: {}", folder.display());
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => bail!("--dump is a folder; choose a name in it: {}", path.display()),
            // To write is to put another file in its place, and that of /dev/null must not be taken.
            Ok(found) if !found.is_file() => {
                bail!("--dump is no ordinary file; choose another name: {}", path.display())
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn add(&mut self, index: usize, picture: &Picture) -> Result<()> {
        let cpu = &Device::Cpu;
        let boxes: Vec<f32> = picture
            .objects
            .iter()
            .flat_map(|placed| [placed.bounds.x0, placed.bounds.y0, placed.bounds.x1, placed.bounds.y1])
            .collect();
        let count = picture.objects.len();
        let objects: Vec<i64> = picture.encoded.objects.iter().map(|&id| id.into()).collect();
        let triples: Vec<i64> = picture.encoded.triples.iter().flatten().map(|&id| id.into()).collect();
        let mut put = |name: &str, tensor: Tensor| self.tensors.push((format!("{index}/{name}"), tensor));
        put("boxes", Tensor::from_vec(boxes, (count, 4), cpu)?);
        let masks: Vec<_> = picture.objects.iter().filter_map(|placed| placed.mask.as_ref()).collect();
        if let Some(first) = masks.first() {
            let values: Vec<f32> = masks.iter().flat_map(|mask| &mask.values).copied().collect();
            put("masks", Tensor::from_vec(values, (masks.len(), first.side, first.side), cpu)?);
        }
        put("image", Tensor::from_vec(picture.raw.clone(), (3, picture.height, picture.width), cpu)?);
        put("objs", Tensor::from_vec(objects, count, cpu)?);
        put("triples", Tensor::from_vec(triples, (picture.encoded.triples.len(), 3), cpu)?);
        Ok(())
    }

    pub(crate) fn bytes(self) -> Result<Vec<u8>> {
        Ok(safetensors::serialize(self.tensors.iter().map(|(name, tensor)| (name.as_str(), tensor)), None)?)
    }
}
