//! Drawing with a collage network: each object's looks are chosen, decoded unless they are known, lit, and put into boxes.
//!
//! Unstated parts of an object's appearance are drawn at random with the object's own seed: another look is another draw, and what
//! was said stays.

use std::sync::{Mutex, PoisonError};

use candle_core::{Device, Tensor};

use rayon::prelude::*;

use super::appearance::{Appearance, KeyedRng, Pose, choose_appearance};
use super::appearance_match::{AppearanceMatch, Target, appearance_match};
use super::drawings::{Drawings, category_of, drawing};
use super::interaction::{Interaction, Joint, is_pose_alone, join};
use super::look_cache::{Key, LookCache};
use super::scene_object::{
    Look, Recorded, SceneContext, SceneObject, context, fallback_layout, key_of, layout_key, mask, merged_depths,
    reshaped, scaled_about_foot, stacked, water_under, with_bleed,
};
use super::settle::{rescale, settle};
use super::{GenerateError, GeometrySource, LookSource, Picture, Placed, Request, Stopwatch, Timings};
use scenewright_illustrated::catalog::catalog;
use scenewright_illustrated::sprite::Stands;
use scenewright_model::collage::Collage;
use scenewright_model::collage::composite::{Cutout, CutoutLayer, LayerSource, compose, cover};
use scenewright_model::collage::config::SLOTS;
use scenewright_model::collage::geometry::{Placement, Query};
use scenewright_model::collage::light::LightNet;
use scenewright_model::pixels;
use scenewright_model::sg2im::box_constraint::BoxConstraint;
use scenewright_nn::cancel::{CancellationToken, Cancelled};
use scenewright_nn::device::noise;
use scenewright_scene::encode::Encoded;
use scenewright_scene::relation::{PredicateKind, predicate_kind};
use scenewright_scene::vocab::looks::{Looks, ObjectLooks};
use scenewright_scene::vocab::{ObjectId, PredicateId, Vocabulary};
use scenewright_scene::{ImpliedObject, Node, RenderRecord, Scene, UnitBox};

/// The largest side of a picture, pixels.
pub(crate) const MAX_SIDE_PX: usize = 1024;
const MIN_SIDE_PX: usize = 16;

/// Height and width of the picture that a scene asks for; a larger one than can be drawn keeps its shape.
fn largest_of_shape([width, height]: [u32; 2]) -> (usize, usize) {
    let shrink = (width.max(height) as f32 / MAX_SIDE_PX as f32).max(1.0);
    let side = |side: u32| ((side as f32 / shrink).round() as usize).clamp(MIN_SIDE_PX, MAX_SIDE_PX);
    (side(height), side(width))
}

pub(super) struct CollageStudio {
    net: Collage,
    cache: Mutex<LookCache>,
    drawings: Drawings,
}

impl CollageStudio {
    pub(crate) fn new(net: Collage, drawings: Drawings) -> Self {
        Self { net, cache: Mutex::default(), drawings }
    }

    pub(crate) fn render(
        &self,
        scene: &Scene,
        encoded: Encoded,
        mut implied: Vec<ImpliedObject>,
        request: &Request,
        vocab: &Vocabulary,
        mut stopwatch: Stopwatch,
    ) -> Result<Picture, GenerateError> {
        let cancel = &request.cancel;
        let asked = scene.picture_size().map(largest_of_shape);
        let (height, width) = request.size.or(asked).unwrap_or(self.net.config.image_size);
        if [height, width].iter().any(|side| !(MIN_SIDE_PX..=MAX_SIDE_PX).contains(side)) {
            return Err(GenerateError::Size { width, height, most: MAX_SIDE_PX });
        }
        let looks = vocab.looks().ok_or(GenerateError::NoLooks)?;
        let seed = request.seed.unwrap_or(scene.seed());
        let scene_objects = self.place(scene, &encoded, request, vocab, (seed, (width, height)))?;
        let context = context(&scene_objects, &encoded, looks, vocab, (width, height));
        let encode = stopwatch.lap();
        cancel.check()?;
        let backdrop = self.backdrop(&context, looks, vocab, seed, cancel)?;
        let cutouts = self.cutouts(&scene_objects, &context, vocab, request)?;
        cancel.check()?;
        let network = stopwatch.lap();
        let layers: Vec<CutoutLayer<'_>> = scene_objects
            .iter()
            .zip(&cutouts)
            .map(|(scene_object, look)| scene_object.layer(look, &context, water_under(scene_object, &scene_objects)))
            .collect();
        let mut order: Vec<usize> = (0..scene_objects.len()).collect();
        order.sort_by(|&a, &b| scene_objects[a].order().total_cmp(&scene_objects[b].order()).then(a.cmp(&b)));
        let [x0, y0, x1, y1] = with_bleed([0.0, 0.0, 1.0, 1.0]);
        let whole = [x0 * width as f32, y0 * height as f32, x1 * width as f32, y1 * height as f32];
        let behind = backdrop.as_ref().map(|cutout| CutoutLayer {
            source: LayerSource::Cutout(cutout),
            corners: whole,
            mirrored: false,
            snapped: true,
            shadow: None,
            reflection: None,
        });
        let stacked: Vec<CutoutLayer<'_>> =
            behind.into_iter().chain(order.iter().map(|&i| layers[i].clone())).collect();
        let canvas = compose(&stacked, [0.9, 0.93, 0.95], width, height);
        let mut objects: Vec<Placed> = Vec::with_capacity(encoded.nodes.len());
        for ((scene_object, layer), node) in scene_objects.iter().zip(&layers).zip(scene.nodes()) {
            let record = scene_object.record(&context);
            if let Some(object) = implied.iter_mut().find(|object| object.id() == node.id) {
                object.rendered = record.clone();
            }
            objects.push(Placed {
                node: (!node.id.is_implied()).then_some(node.id),
                is_implied: node.id.is_implied(),
                name: node.name.clone(),
                bounds: scene_object.placement.bounds.into(),
                pinned: node.pinned.is_some(),
                mask: Some(mask(layer)),
                cover: Some(cover(layer, width, height)),
                record,
                drawing: scene_object.shown_drawing(),
                paint_order: scene_object.order(),
            });
        }
        objects.push(Placed {
            node: None,
            is_implied: false,
            name: "__image__".to_owned(),
            bounds: UnitBox::WHOLE,
            pinned: false,
            mask: None,
            cover: None,
            record: RenderRecord::default(),
            drawing: None,
            paint_order: f32::MIN,
        });
        if canvas.iter().flatten().any(|channel| !channel.is_finite()) {
            return Err(GenerateError::NotFinite);
        }
        let rgb = canvas.iter().flatten().map(|channel| (channel.clamp(0.0, 1.0) * 255.0 + 0.5) as u8).collect();
        let raw = (0..3).flat_map(|c| canvas.iter().map(move |pixel| (pixel[c] - pixels::MEAN[c]) / pixels::STD[c]));
        let raw = raw.collect();
        let timings = Timings { encode, network, finish: stopwatch.lap(), ..Default::default() };
        Ok(Picture {
            rgb,
            width,
            height,
            raw,
            objects,
            implied: Some(implied),
            encoded,
            seed,
            is_resizable: true,
            timings,
        })
    }

    fn place<'a>(
        &self,
        scene: &Scene,
        encoded: &Encoded,
        request: &Request,
        vocab: &'a Vocabulary,
        (seed, picture): (u64, (usize, usize)),
    ) -> Result<Vec<SceneObject<'a>>, GenerateError> {
        let nodes = scene.nodes();
        let kept = |node: &Node| request.kept.iter().find(|(id, b)| *id == node.id && b.is_finite()).map(|(_, b)| *b);
        let looks = vocab.looks().ok_or(GenerateError::NoLooks)?;
        let joints = joints(scene, encoded, vocab);
        let asked: Vec<Vec<&str>> = (0..nodes.len())
            .map(|row| {
                let own = joints.iter().filter(|joint| joint.subject == row);
                own.flat_map(|joint| joint.poses(category_of(vocab, encoded.objects[joint.object]))).copied().collect()
            })
            .collect();
        let prepare = |(row, node): (usize, &Node)| {
            let (class, key) = (encoded.objects[row], key_of(node, seed));
            let own = vocab.looks_of(ObjectId(class));
            let said = encoded.looks.get(row).cloned().unwrap_or_default();
            let earlier = &node.rendered;
            let chosen = own.map_or_else(Appearance::default, |own| {
                let category = category_of(vocab, class);
                let roles: Vec<Interaction> =
                    joints.iter().filter(|joint| joint.object == row).map(|joint| joint.interaction).collect();
                let suits =
                    |name: &str| drawing(category, name).is_none_or(|d| roles.iter().all(|role| role.suits_object(d)));
                let has_suitable = own.variants.iter().any(|variant| suits(&variant.name));
                let is_usual = |name: &str| !is_pose_alone(category, name) && (!has_suitable || suits(name));
                let pose = Pose { asked: &asked[row], is_usual: &is_usual };
                choose_appearance(own, looks, &said, earlier, &pose, key)
            });
            // A drawing of another shape than the one that the box was made for.
            let ratio = earlier.aspect.filter(|aspect| *aspect > 0.0 && own.is_some_and(|own| !own.stuff));
            let ratio = ratio.map_or(1.0, |before| chosen.aspect / before);
            let shape = |bounds: UnitBox| if ratio == 1.0 { bounds } else { reshaped(bounds.into(), ratio).into() };
            let shown = || earlier.bounds.filter(UnitBox::is_finite).map(shape);
            let known = node.pinned.or_else(shown).or_else(|| kept(node));
            SceneObject {
                class,
                looks: own,
                chosen,
                key,
                placement: Placement { bounds: known.map_or([0.0; 4], Into::into), depth: 0.0 },
                fixed: known.is_some(),
                has_size: node.size.is_some(),
                is_facing_said: said.faces_right.is_some(),
                is_carried: false,
                recorded: Recorded { depth: earlier.depth, haze: earlier.haze },
            }
        };
        let mut scene_objects: Vec<SceneObject<'a>> = nodes.iter().enumerate().map(prepare).collect();
        // What the scene implies first, then the oldest, whatever the order of the list: what comes later moves none that was there.
        let mut rows: Vec<usize> = (0..nodes.len()).collect();
        rows.sort_by_key(|&row| (!nodes[row].id.is_implied(), nodes[row].id));
        let mut place_of = vec![0; nodes.len()];
        rows.iter().enumerate().for_each(|(place, &row)| place_of[row] = place as u32);
        let objects: Vec<u32> = rows.iter().map(|&row| self.drawings.stand_in(scene_objects[row].class).0).collect();
        let keys: Vec<u64> = rows.iter().map(|&row| layout_key(&nodes[row], scene)).collect();
        let known: Vec<Option<[f32; 4]>> =
            rows.iter().map(|&row| scene_objects[row].fixed.then_some(scene_objects[row].placement.bounds)).collect();
        let shapes: Vec<Option<[f32; 2]>> = rows.iter().map(|&row| scene_objects[row].shape(picture)).collect();
        let constraint = |(object, &row): (usize, &usize)| {
            let (size, place) = (nodes[row].size, nodes[row].place);
            let area = size.map(|size| size.area_range().into());
            let region = place.map(|place| place.region().into());
            (!scene_objects[row].fixed && (area.is_some() || region.is_some())).then_some(BoxConstraint {
                object,
                area,
                region,
            })
        };
        let constraints: Vec<BoxConstraint> = rows.iter().enumerate().filter_map(constraint).collect();
        let triple = |t: &[u32; 3]| Some((*place_of.get(t[0] as usize)?, t[1], *place_of.get(t[2] as usize)?));
        let triples: Vec<(u32, u32, u32)> = encoded.triples.iter().filter_map(triple).collect();
        let query = Query {
            objects: &objects,
            triples: &triples,
            known: &known,
            keys: &keys,
            constraints: &constraints,
            shapes: &shapes,
        };
        let placements = match &self.net.geometry {
            Some(geometry) => geometry.place_query(&query)?,
            None => fallback_layout(&query, vocab),
        };
        let mut placed = vec![[0.0; 4]; scene_objects.len()];
        for (&row, placement) in rows.iter().zip(placements) {
            let (_, taller) = self.drawings.stand_in(scene_objects[row].class);
            let bounds = if scene_objects[row].fixed { placement.bounds } else { grown(placement.bounds, taller) };
            scene_objects[row].placement = Placement { bounds, ..placement };
            placed[row] = placement.bounds;
        }
        if request.geometry == GeometrySource::Mended {
            rescale(&mut scene_objects, vocab, (picture.1, picture.0));
            settle(&mut scene_objects, &tied(encoded, vocab), vocab);
            restore_broken(&mut scene_objects, &placed, encoded, vocab);
            let is_carried = join(&mut scene_objects, &joints, vocab, (picture.1, picture.0));
            scene_objects.iter_mut().zip(is_carried).for_each(|(object, is_carried)| object.is_carried = is_carried);
        }
        let network: Vec<f32> = rows.iter().map(|&row| scene_objects[row].placement.depth).collect();
        let recorded: Vec<Option<f32>> = rows.iter().map(|&row| scene_objects[row].recorded.depth).collect();
        let is_stuff: Vec<bool> = rows.iter().map(|&row| scene_objects[row].is_stuff()).collect();
        let chosen: Vec<Option<f32>> = rows.iter().map(|&row| nodes[row].depth).collect();
        let depths = stacked(&merged_depths(&network, &recorded), &is_stuff, &recorded, &chosen);
        for (&row, depth) in rows.iter().zip(depths) {
            scene_objects[row].placement.depth = depth;
        }
        Ok(scene_objects)
    }

    /// What shows where nothing lies: a sky, or a wall.
    fn backdrop(
        &self,
        context: &SceneContext,
        looks: &Looks,
        vocab: &Vocabulary,
        seed: u64,
        cancel: &CancellationToken,
    ) -> Result<Option<Cutout>, GenerateError> {
        let (name, bounds) = if context.indoors {
            ("wall", [0.0, 0.0, 1.0, 0.7])
        } else {
            ("sky", [0.0, 0.0, 1.0, context.horizon.max(0.2)])
        };
        let Some(id) = vocab.object_id(name) else { return Ok(None) };
        let Some(own) = vocab.looks_of(id).filter(|own| own.stuff) else { return Ok(None) };
        let key = KeyedRng::new(seed).seed("backdrop");
        let scene_object = SceneObject {
            class: id.0,
            looks: Some(own),
            chosen: choose_appearance(own, looks, &Default::default(), &Default::default(), &Pose::ANY, key),
            key,
            placement: Placement { bounds, depth: 0.0 },
            fixed: true,
            has_size: false,
            is_facing_said: false,
            is_carried: false,
            recorded: Recorded::default(),
        };
        Ok(self.stuff(&[&scene_object], context, looks, cancel)?.pop().map(Cutout::opaque))
    }

    /// Pixels of every object, in their order.
    fn cutouts(
        &self,
        scene_objects: &[SceneObject<'_>],
        context: &SceneContext,
        vocab: &Vocabulary,
        request: &Request,
    ) -> Result<Vec<Look>, GenerateError> {
        let looks = vocab.looks().ok_or(GenerateError::NoLooks)?;
        let cancel = &request.cancel;
        let mut made: Vec<Option<Look>> = self.drawn(scene_objects, context, vocab, request)?;
        let rest: Vec<usize> = (0..scene_objects.len()).filter(|&row| made[row].is_none()).collect();
        let (stuff, things): (Vec<usize>, Vec<usize>) = rest.into_iter().partition(|&i| scene_objects[i].is_stuff());
        let of = |rows: &[usize]| rows.iter().map(|&i| &scene_objects[i]).collect::<Vec<_>>();
        let of_stuff = self.stuff(&of(&stuff), context, looks, cancel)?;
        let of_things = self.things(&of(&things), context, looks, cancel)?;
        for (rows, cutouts) in [(&stuff, of_stuff), (&things, of_things)] {
            for (&row, cutout) in rows.iter().zip(cutouts) {
                made[row] = Some(Look::Cutout(cutout));
            }
        }
        Ok(made.into_iter().flatten().collect())
    }

    /// Pixels of the things that have a drawing, where drawings are asked for; none of the others.
    fn drawn(
        &self,
        scene_objects: &[SceneObject<'_>],
        context: &SceneContext,
        vocab: &Vocabulary,
        request: &Request,
    ) -> Result<Vec<Option<Look>>, GenerateError> {
        let looks = vocab.looks().ok_or(GenerateError::NoLooks)?;
        if request.looks == LookSource::Decoder {
            return Ok(scene_objects.iter().map(|_| None).collect());
        }
        let one = |scene_object: &SceneObject<'_>| {
            request.cancel.check()?;
            let category = category_of(vocab, scene_object.class);
            let key = scene_object.drawing_key(category, context).filter(|key| {
                self.drawings.is_of_file(scene_object.class, scene_object.chosen.variant, category, &key.drawing)
            });
            Ok(key.and_then(|key| self.drawings.patch(key, looks)).map(Look::Patch))
        };
        let made = scene_objects.par_iter().map(one).collect::<Result<Vec<_>, Cancelled>>()?;
        self.drawings.trim();
        Ok(made)
    }

    /// Small and large ones, each in their own size.
    fn things(
        &self,
        scene_objects: &[&SceneObject<'_>],
        context: &SceneContext,
        looks: &Looks,
        cancel: &CancellationToken,
    ) -> Result<Vec<Cutout>, GenerateError> {
        let picture = (context.width, context.height);
        let is_large = |&row: &usize| self.net.sprite.has_large() && scene_objects[row].is_large(picture);
        let (large, small): (Vec<usize>, Vec<usize>) = (0..scene_objects.len()).partition(is_large);
        let mut made: Vec<Option<Cutout>> = vec![None; scene_objects.len()];
        for (rows, large) in [(small, false), (large, true)] {
            let own: Vec<&SceneObject<'_>> = rows.iter().map(|&row| scene_objects[row]).collect();
            for (row, cutout) in rows.into_iter().zip(self.things_of(&own, large, context, looks, cancel)?) {
                made[row] = Some(cutout);
            }
        }
        Ok(made.into_iter().flatten().collect())
    }

    fn things_of(
        &self,
        scene_objects: &[&SceneObject<'_>],
        large: bool,
        context: &SceneContext,
        looks: &Looks,
        cancel: &CancellationToken,
    ) -> Result<Vec<Cutout>, GenerateError> {
        if scene_objects.is_empty() {
            return Ok(Vec::new());
        }
        let (net, device, n) = (&self.net, self.net.device(), scene_objects.len());
        let planes = self.planes(scene_objects, large, cancel)?;
        let planes = Tensor::stack(&planes, 0)?;
        let colors: Vec<f32> =
            scene_objects.iter().flat_map(|scene_object| scene_object.chosen.colors).flatten().collect();
        let colors = Tensor::from_vec(colors, (n, SLOTS, 3), device)?;
        let shines = |scene_object: &SceneObject<'_>| scene_object.looks.is_some_and(|own| own.shines);
        let light = |scene_object: &&SceneObject<'_>| match shines(scene_object) {
            true => (looks.plain_row(), 0.0),
            false => (looks.light_row(context.light, context.indoors), scene_object.haze(context)),
        };
        let (lights, distances): (Vec<u32>, Vec<f32>) = scene_objects.iter().map(light).unzip();
        let (lights, distances) = (Tensor::from_vec(lights, n, device)?, Tensor::from_vec(distances, n, device)?);
        let cutouts = cut(&net.light.sprites(&planes, &colors, &lights, &distances)?)?;
        Ok(cutouts.into_iter().map(Cutout::framed).collect())
    }

    /// Planes `[11, 64, 64]` of each; of large ones `[11, 128, 128]`.
    fn planes(
        &self,
        scene_objects: &[&SceneObject<'_>],
        large: bool,
        cancel: &CancellationToken,
    ) -> Result<Vec<Tensor>, GenerateError> {
        let (net, device) = (&self.net, self.net.device());
        // A drawing that is said leaves nothing to the latent.
        let learned = |scene_object: &SceneObject<'_>| {
            let (class, row) = (scene_object.class, scene_object.chosen.variant);
            if self.drawings.is_learned(class, row) { (class, row) } else { (self.drawings.stand_in(class).0, 0) }
        };
        let key = |scene_object: &&SceneObject<'_>| {
            let (class, variant) = learned(scene_object);
            Key::Thing { class, variant, own: if variant == 0 { scene_object.key } else { 0 }, large }
        };
        let keys: Vec<Key> = scene_objects.iter().map(key).collect();
        self.cached(&keys, cancel, |missing| {
            let z = net.sprite.latent_dim;
            let latent = |&row: &usize| match learned(scene_objects[row]).1 {
                0 => noise(scene_objects[row].key, (1, z, 1, 1), device)?.reshape(z),
                _ => Tensor::zeros(z, candle_core::DType::F32, device),
            };
            let latents = missing.iter().map(latent).collect::<candle_core::Result<Vec<_>>>()?;
            let classes = Tensor::from_iter(missing.iter().map(|&row| learned(scene_objects[row]).0), device)?;
            let variants = Tensor::from_iter(missing.iter().map(|&row| learned(scene_objects[row]).1), device)?;
            let latents = Tensor::stack(&latents, 0)?;
            match large {
                true => net.sprite.forward_large(&classes, &variants, &latents),
                false => net.sprite.forward(&classes, &variants, &latents),
            }
        })
    }

    fn stuff(
        &self,
        scene_objects: &[&SceneObject<'_>],
        context: &SceneContext,
        looks: &Looks,
        cancel: &CancellationToken,
    ) -> Result<Vec<Cutout>, GenerateError> {
        if scene_objects.is_empty() {
            return Ok(Vec::new());
        }
        let (net, device, n) = (&self.net, self.net.device(), scene_objects.len());
        let light = |scene_object: &SceneObject<'_>| {
            let indoors = context.indoors || scene_object.looks.is_some_and(|own| own.indoors);
            looks.light_row(context.light, indoors)
        };
        let bounds = |scene_object: &SceneObject<'_>| scene_object.placement.bounds.map(|side| side.clamp(0.0, 1.0));
        let key = |scene_object: &&SceneObject<'_>| Key::Stuff {
            class: scene_object.class,
            light: light(scene_object),
            bounds: bounds(scene_object).map(f32::to_bits),
            own: scene_object.key,
        };
        let keys: Vec<Key> = scene_objects.iter().map(key).collect();
        let planes = self.cached(&keys, cancel, |missing| {
            let few: Vec<&SceneObject<'_>> = missing.iter().map(|&row| scene_objects[row]).collect();
            let map = |scene_object: &&SceneObject<'_>| {
                let rng = KeyedRng::new(scene_object.key);
                let random = |piece: usize| rng.unit(&format!("piece {piece}"));
                net.stuff.bank.nearest_map(scene_object.class, light(scene_object), bounds(scene_object), random)
            };
            let maps = few.iter().map(map).collect::<candle_core::Result<Vec<_>>>()?;
            let classes = Tensor::from_iter(few.iter().map(|scene_object| scene_object.class), device)?;
            let lights = Tensor::from_iter(few.iter().map(|scene_object| light(scene_object)), device)?;
            let boxes = Tensor::from_iter(few.iter().flat_map(|scene_object| bounds(scene_object)), device)?;
            net.stuff.forward(&classes, &lights, &boxes.reshape((few.len(), 4))?, &Tensor::cat(&maps, 0)?)
        })?;
        let colors: Vec<f32> = scene_objects.iter().flat_map(|scene_object| scene_object.chosen.colors[0]).collect();
        let pixels = LightNet::stuff(&Tensor::stack(&planes, 0)?, &Tensor::from_vec(colors, (n, 3), device)?)?;
        Ok(cut(&pixels)?.into_iter().map(|cutout| cutout.rimless().smoothed()).collect())
    }

    /// Planes by their keys; `decode` makes those of the rows that are not known yet. One at a time: sums in a batch are ordered otherwise than
    /// alone, and a scene that is opened must look to the bit as when its objects were added one by one.
    fn cached(
        &self,
        keys: &[Key],
        cancel: &CancellationToken,
        decode: impl Fn(&[usize]) -> candle_core::Result<Tensor>,
    ) -> Result<Vec<Tensor>, GenerateError> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = |row: usize| !cache.has(&keys[row]) && !keys[..row].contains(&keys[row]);
        let missing: Vec<usize> = (0..keys.len()).filter(|&row| is_new(row)).collect();
        for row in missing {
            cancel.check()?;
            cache.put(keys[row], decode(&[row])?.get(0)?.copy()?);
        }
        let found: Option<Vec<Tensor>> = keys.iter().map(|key| cache.get(key)).collect();
        cache.trim();
        found.ok_or(GenerateError::NotFinite)
    }

    pub(crate) fn appearance_match(
        &self,
        class: u32,
        own: &ObjectLooks,
        looks: &Looks,
        picture: &Target,
    ) -> candle_core::Result<Option<AppearanceMatch>> {
        // The decoder is asked, which knows what it has learned.
        let mut learned = own.clone();
        learned.variants.retain(|variant| self.drawings.is_learned(class, variant.row));
        if learned.variants.is_empty() {
            return Ok(None);
        }
        appearance_match(&self.net, class, &learned, looks, picture)
    }

    /// Forgets what was decoded.
    pub(crate) fn forget(&self) {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.drawings.clear();
    }
}

/// A box `times` as tall, its foot where it was. Less than in life: a mouse should still be seen beside a cow.
fn grown([x0, y0, x1, y1]: [f32; 4], times: f32) -> [f32; 4] {
    if times == 1.0 {
        return [x0, y0, x1, y1];
    }
    let times = times.powf(0.7).clamp(0.35, 2.5);
    // Within the picture: what would leave it at the top would be moved down, off what it is above.
    let times = times.min(y1.max(0.05) / (y1 - y0).max(1e-3));
    scaled_about_foot([x0, y0, x1, y1], times)
}

/// The relations in which two things touch.
fn joints(scene: &Scene, encoded: &Encoded, vocab: &Vocabulary) -> Vec<Joint> {
    let is_thing = |row: usize| vocab.looks_of(ObjectId(encoded.objects[row])).is_some_and(|own| !own.stuff);
    let joint = |relation: &scenewright_scene::Relation| {
        let (subject, object) = (scene.node_index(relation.subject)?, scene.node_index(relation.object)?);
        let is_pair = subject != object && is_thing(subject) && is_thing(object);
        is_pair.then(|| Interaction::of(&relation.predicate, vocab)).flatten().map(|interaction| Joint {
            interaction,
            subject,
            object,
        })
    };
    let mut joints: Vec<Joint> = scene.relations().iter().filter_map(joint).collect();
    joints.extend(laid(scene, encoded, vocab, &joints));
    joints
}

/// What belongs on a table and lies on nothing: a plate beside a cake lies where the cake lies.
fn laid(scene: &Scene, encoded: &Encoded, vocab: &Vocabulary, joints: &[Joint]) -> Vec<Joint> {
    let entry = |row: usize| catalog().get(category_of(vocab, encoded.objects[row]));
    let is_carried = |row: usize| joints.iter().any(|joint| joint.carried() == row);
    let has_top = |row: usize| {
        entry(row).is_some_and(|e| e.group == "furniture" && e.drawings.iter().any(|d| d.anchors.top.is_some()))
    };
    let rows = 0..scene.nodes().len();
    let is_laid = |row: &usize| entry(*row).is_some_and(|e| e.stands == Stands::Table) && !is_carried(*row);
    let beside = |row: usize| {
        let related = scene.relations().iter().filter_map(|relation| {
            let ends = (scene.node_index(relation.subject)?, scene.node_index(relation.object)?);
            if ends.0 == row { Some(ends.1) } else { (ends.1 == row).then_some(ends.0) }
        });
        let carrier =
            |other: usize| joints.iter().find(|j| j.subject == other && j.interaction == Interaction::StandOn);
        related.filter_map(carrier).map(|joint| joint.object).next()
    };
    let mut tables = rows.clone().filter(|&row| has_top(row));
    let table = tables.next();
    let on =
        |row: usize| Some(Joint { interaction: Interaction::StandOn, subject: row, object: beside(row).or(table)? });
    rows.filter(is_laid).filter_map(on).filter(|joint| joint.subject != joint.object).collect()
}

/// Takes boxes back to where the network placed them, where what was done to them since broke a relation that the network had met.
fn restore_broken(objects: &mut [SceneObject<'_>], placed: &[[f32; 4]], encoded: &Encoded, vocab: &Vocabulary) {
    for [subject, word, object] in &encoded.triples {
        let (subject, object) = (*subject as usize, *object as usize);
        let kind = predicate_kind(vocab.predicate_name(PredicateId(*word)));
        let (Some(kind), true) = (kind, subject.max(object) < objects.len()) else { continue };
        let holds = |subject: [f32; 4], object: [f32; 4]| kind.is_met(&subject.into(), &object.into());
        let now = holds(objects[subject].placement.bounds, objects[object].placement.bounds);
        if now || !holds(placed[subject], placed[object]) {
            continue;
        }
        for row in [subject, object] {
            if !objects[row].fixed && !objects[row].is_stuff() {
                objects[row].placement.bounds = placed[row];
            }
        }
    }
}

/// Which objects a relation puts on, in, above or below a thing, so that they need no ground.
fn tied(encoded: &Encoded, vocab: &Vocabulary) -> Vec<bool> {
    let mut tied = vec![false; encoded.objects.len()];
    let is_thing = |row: usize| vocab.looks_of(ObjectId(encoded.objects[row])).is_none_or(|own| !own.stuff);
    for [subject, word, object] in &encoded.triples {
        let kind = predicate_kind(vocab.predicate_name(PredicateId(*word)));
        let (subject, object) = (*subject as usize, *object as usize);
        let Some(kind) = kind.filter(|_| object + 1 < encoded.objects.len()) else { continue };
        let ends = match kind {
            PredicateKind::Above | PredicateKind::Over => Some(subject),
            PredicateKind::Below | PredicateKind::Under => Some(object),
            PredicateKind::MostlyHas | PredicateKind::Surrounding if is_thing(subject) => Some(object),
            kind if kind.is_support() && is_thing(object) => Some(subject),
            _ => None,
        };
        ends.into_iter().for_each(|row| tied[row] = true);
    }
    tied
}

fn cut(pixels: &scenewright_model::collage::light::Pixels) -> Result<Vec<Cutout>, GenerateError> {
    let cpu = &Device::Cpu;
    let color: Vec<f32> = pixels.color.to_device(cpu)?.flatten_all()?.to_vec1()?;
    let logit: Vec<f32> = pixels.logit.to_device(cpu)?.flatten_all()?.to_vec1()?;
    let side = pixels.logit.dim(2)?;
    let plane = (side * side).max(1);
    Ok(color.chunks_exact(3 * plane).zip(logit.chunks_exact(plane)).map(|(c, l)| Cutout::new(side, c, l)).collect())
}
