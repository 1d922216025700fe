//! A picture as the masks of its objects, back to front.

use scenewright_generate::ShownDrawing;
use scenewright_illustrated::catalog::{CatalogDrawing, CatalogEntry, catalog};
use scenewright_illustrated::setting::{MaterialRole, material_role};
use scenewright_illustrated::sprite::Stands;
use scenewright_scene::UnitBox;

/// Coverage of a window of the picture, 0..=255, whatever lies over it; nothing lies outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectMask {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
    pub alpha: Vec<u8>,
}

/// From this alpha on, a pixel belongs to an object.
const OPAQUE: u8 = 128;

impl ObjectMask {
    pub fn at(&self, x: usize, y: usize) -> u8 {
        let (Some(x), Some(y)) = (x.checked_sub(self.x), y.checked_sub(self.y)) else { return 0 };
        if x < self.width { self.alpha.get(y * self.width + x).copied().unwrap_or(0) } else { 0 }
    }

    pub(crate) fn covers(&self, x: usize, y: usize) -> bool {
        self.at(x, y) >= OPAQUE
    }

    /// Pixels that belong to it.
    pub(crate) fn pixels(&self) -> impl Iterator<Item = [usize; 2]> {
        let at = |i: usize| [self.x + i % self.width.max(1), self.y + i / self.width.max(1)];
        self.alpha.iter().enumerate().filter(|(_, alpha)| **alpha >= OPAQUE).map(move |(i, _)| at(i))
    }

    fn sum(&self) -> u64 {
        self.alpha.iter().map(|&alpha| u64::from(alpha)).sum()
    }

    /// Whether a pixel that belongs to it lies within `reach` pixels of a point, in a square.
    pub(crate) fn is_near(&self, [x, y]: [f32; 2], reach: f32) -> bool {
        let span = |middle: f32| {
            let low = (middle - reach).floor().max(0.0) as usize;
            low..=((middle + reach).ceil().max(0.0) as usize)
        };
        span(y).any(|y| span(x).any(|x| self.covers(x, y)))
    }
}

/// One object of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct DepictedObject {
    /// The word that is drawn.
    pub name: String,
    /// Its row in the graph; none: it was implied.
    pub row: Option<usize>,
    pub drawing: Option<ShownDrawing>,
    /// May leave the picture.
    pub bounds: UnitBox,
    /// A thing, and not a material.
    pub is_thing: bool,
    /// The user pinned or placed it.
    pub is_fixed: bool,
    pub mask: ObjectMask,
    /// Share of its alpha that lies within the frame, 0..=1.
    pub share_inside: f32,
}

impl DepictedObject {
    pub(crate) fn entry(&self) -> Option<&'static CatalogEntry> {
        catalog().get(&self.name)
    }

    pub(crate) fn catalog_drawing(&self) -> Option<&'static CatalogDrawing> {
        self.entry()?.drawing(&self.drawing.as_ref()?.name)
    }

    pub(crate) fn stands(&self) -> Option<Stands> {
        self.catalog_drawing().map(|drawing| drawing.stands).or_else(|| Some(self.entry()?.stands))
    }

    /// What a material is to a scene; none for things.
    pub(crate) fn role(&self) -> Option<MaterialRole> {
        if self.is_thing { None } else { material_role(&self.name) }
    }

    /// Where the first of these anchors lies, in pixels of the picture.
    pub(crate) fn anchor(&self, names: &[&str], depiction: &Depiction) -> Option<[f32; 2]> {
        let anchors = &self.catalog_drawing()?.anchors;
        names.iter().find_map(|name| anchors.point(name)).map(|at| self.point(at, depiction))
    }

    /// A point of the drawing, as shares of its box, in pixels of the picture.
    pub(crate) fn point(&self, [x, y]: [f32; 2], depiction: &Depiction) -> [f32; 2] {
        let is_mirrored = self.drawing.as_ref().is_some_and(|drawing| drawing.is_mirrored);
        let x = if is_mirrored { 1.0 - x } else { x };
        let UnitBox { x0, y0, .. } = self.bounds;
        [
            (x0 + x * self.bounds.width()) * depiction.width as f32,
            (y0 + y * self.bounds.height()) * depiction.height as f32,
        ]
    }

    /// Width and height in pixels.
    pub(crate) fn size_px(&self, depiction: &Depiction) -> [f32; 2] {
        [self.bounds.width() * depiction.width as f32, self.bounds.height() * depiction.height as f32]
    }

    pub(crate) fn area_px(&self, depiction: &Depiction) -> f32 {
        let [width, height] = self.size_px(depiction);
        width * height
    }
}

/// A relation of the graph, by rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepictedRelation {
    pub subject: usize,
    /// As the graph says it.
    pub said: String,
    /// The predicate that a model draws for it; none for a word that is no predicate.
    pub drawn: Option<String>,
    pub object: usize,
}

impl DepictedRelation {
    /// The word that the table of predicates knows.
    pub(crate) fn word(&self) -> &str {
        match scenewright_scene::relation::predicate(&self.said) {
            Some(_) => &self.said,
            None => self.drawn.as_deref().unwrap_or(&self.said),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Depiction {
    /// Pixels.
    pub width: usize,
    pub height: usize,
    /// Back to front.
    pub objects: Vec<DepictedObject>,
    pub relations: Vec<DepictedRelation>,
}

impl Depiction {
    /// The object of a row of the graph.
    pub(crate) fn of_row(&self, row: usize) -> Option<usize> {
        self.objects.iter().position(|object| object.row == Some(row))
    }

    /// The topmost object behind one, at a pixel that belongs to it.
    pub(crate) fn behind(&self, index: usize, x: usize, y: usize) -> Option<usize> {
        (0..index).rev().find(|&other| self.objects[other].mask.covers(x, y))
    }

    /// The topmost object at a pixel.
    pub(crate) fn topmost(&self, x: usize, y: usize) -> Option<usize> {
        self.behind(self.objects.len(), x, y)
    }

    /// Of each object the share that is seen: its alpha times what later objects leave open, over all of its alpha, beyond the frame too.
    pub(crate) fn visible_shares(&self) -> Vec<f32> {
        let mut open = vec![1.0_f32; self.width * self.height];
        let mut shares = vec![0.0; self.objects.len()];
        for (share, object) in shares.iter_mut().zip(&self.objects).rev() {
            let mask = &object.mask;
            let mut seen = 0.0;
            for (i, &alpha) in mask.alpha.iter().enumerate() {
                let (x, y) = (mask.x + i % mask.width.max(1), mask.y + i / mask.width.max(1));
                let Some(open) = open.get_mut(y * self.width + x).filter(|_| x < self.width) else { continue };
                let alpha = f32::from(alpha) / 255.0;
                seen += alpha * *open;
                *open *= 1.0 - alpha;
            }
            let all = mask.sum() as f32 / 255.0 / object.share_inside.max(1e-6);
            *share = if all > 0.0 { seen / all } else { 0.0 };
        }
        shares
    }

    /// Whether it is a room: it shows a wall or a floor and no sky.
    pub(crate) fn is_indoors(&self) -> bool {
        let has = |wanted: &[MaterialRole]| self.objects.iter().any(|o| o.role().is_some_and(|r| wanted.contains(&r)));
        has(&[MaterialRole::Wall, MaterialRole::Floor]) && !has(&[MaterialRole::Sky])
    }
}
