//! Errors of the evaluation.

use thiserror::Error;

use super::classifier::ClassifierError;
use super::inception::InceptionError;
use scenewright_data::DataError;
use scenewright_generate::GenerateError;
use scenewright_model::checkpoint::FolderError;
use scenewright_nn::cancel::Cancelled;
use scenewright_train::{ConfigError, RunError};

#[derive(Debug, Error)]
pub enum EvalError {
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error(transparent)]
    Data(#[from] DataError),
    #[error(transparent)]
    Generate(Box<GenerateError>),
    #[error(transparent)]
    Folder(Box<FolderError>),
    #[error(transparent)]
    Classifier(Box<ClassifierError>),
    #[error(transparent)]
    Inception(Box<InceptionError>),
    #[error(transparent)]
    Train(Box<RunError>),
    #[error("the classifier failed: {0}")]
    Network(#[from] candle_core::Error),
    #[error("the classifier's loss is no longer finite after {steps} steps. Train again with a lower --learning-rate")]
    Diverged { steps: u64 },
    #[error(
        "none of the {scenes} held-out scenes can be drawn: the model's vocabulary lacks {}. The figures are for models of the illustrated world",
        words.join(", ")
    )]
    NothingToDraw { scenes: u64, words: Vec<String> },
    #[error(
        "{generator} made numbers that are not finite for scene {scene}; the model is damaged or was trained to divergence"
    )]
    NotFinite { generator: String, scene: u64 },
    #[error("{generator} gave {found} boxes for the {wanted} objects of scene {scene}")]
    Boxes { generator: String, scene: u64, found: usize, wanted: usize },
    #[error("the {side} px that were asked for cannot be measured: {problem}")]
    Side { side: usize, problem: String },
    #[error("the composer failed: {0}")]
    Composer(String),
    #[error("the list of graphs cannot be read: {0}")]
    List(String),
    #[error("cannot make a temporary folder: {0}")]
    Scratch(std::io::Error),
}

// Boxed, since they are large and every figure passes through a Result of this.
macro_rules! boxed {
    ($($from:ty => $variant:ident),*) => {
        $(impl From<$from> for EvalError {
            fn from(error: $from) -> Self {
                Self::$variant(Box::new(error))
            }
        })*
    };
}

boxed!(FolderError => Folder, GenerateError => Generate, ClassifierError => Classifier, InceptionError => Inception);

impl From<RunError> for EvalError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Step { step, problem } if problem.is_divergence() => Self::Diverged { steps: step - 1 },
            error => Self::Train(Box::new(error)),
        }
    }
}

impl From<ConfigError> for EvalError {
    fn from(error: ConfigError) -> Self {
        RunError::from(error).into()
    }
}
