//! egui's meshes on the processor: pictures of the canvas without a graphics card or a driver.
//!
//! Colors are blended as egui's own backends do it: premultiplied, in gamma space.

use egui::epaint::{ClippedPrimitive, ImageData, ImageDelta, Primitive, Vertex};
use egui::{Color32, Context, FullOutput, TextureId, TexturesDelta};
use std::collections::HashMap;

struct Texture {
    width: usize,
    height: usize,
    texels: Vec<Color32>,
}

impl Texture {
    /// Bilinear; `u`, `v`: 0..=1.
    fn sample(&self, u: f32, v: f32) -> [f32; 4] {
        let (x, y) = (u * self.width as f32 - 0.5, v * self.height as f32 - 0.5);
        let (column, row) = (x.floor(), y.floor());
        let at = |x: f32, y: f32| {
            let x = (x.max(0.0) as usize).min(self.width - 1);
            let y = (y.max(0.0) as usize).min(self.height - 1);
            self.texels[y * self.width + x].to_array().map(f32::from)
        };
        let (right, down) = (x - column, y - row);
        let corners = [at(column, row), at(column + 1.0, row), at(column, row + 1.0), at(column + 1.0, row + 1.0)];
        std::array::from_fn(|channel| {
            let [a, b, c, d] = corners.map(|corner| corner[channel]);
            (a * (1.0 - right) + b * right) * (1.0 - down) + (c * (1.0 - right) + d * right) * down
        })
    }
}

#[derive(Default)]
pub struct CpuPainter {
    textures: HashMap<TextureId, Texture>,
}

impl CpuPainter {
    fn set(&mut self, id: TextureId, delta: &ImageDelta) {
        let ImageData::Color(image) = &delta.image;
        let [width, height] = image.size;
        let Some([left, top]) = delta.pos else {
            self.textures.insert(id, Texture { width, height, texels: image.pixels.clone() });
            return;
        };
        let texture = self.textures.get_mut(&id).expect("a part of a texture comes after the whole");
        for row in 0..height {
            let start = (top + row) * texture.width + left;
            texture.texels[start..start + width].copy_from_slice(&image.pixels[row * width..(row + 1) * width]);
        }
    }

    fn paint(&self, primitives: &[ClippedPrimitive], [width, height]: [usize; 2], scale: f32) -> image::RgbaImage {
        let mut pixels = vec![[0.0, 0.0, 0.0, 255.0]; width * height];
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            let Primitive::Mesh(mesh) = primitive else { continue };
            let Some(texture) = self.textures.get(&mesh.texture_id) else { continue };
            let edge = |v: f32, most: usize| ((v * scale).round().max(0.0) as usize).min(most);
            let clip = [
                edge(clip_rect.min.x, width),
                edge(clip_rect.min.y, height),
                edge(clip_rect.max.x, width),
                edge(clip_rect.max.y, height),
            ];
            for triangle in mesh.indices.chunks_exact(3) {
                let corners = [0, 1, 2].map(|corner| mesh.vertices[triangle[corner] as usize]);
                fill(&mut pixels, width, clip, corners, scale, texture);
            }
        }
        image::RgbaImage::from_fn(width as u32, height as u32, |x, y| {
            image::Rgba(pixels[y as usize * width + x as usize].map(|v: f32| v.round() as u8))
        })
    }
}

fn fill(
    pixels: &mut [[f32; 4]],
    width: usize,
    clip: [usize; 4],
    mut corners: [Vertex; 3],
    scale: f32,
    texture: &Texture,
) {
    let cross = |a: egui::Pos2, b: egui::Pos2, x: f32, y: f32| (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
    for corner in &mut corners {
        corner.pos = (corner.pos.to_vec2() * scale).to_pos2();
    }
    let mut area = cross(corners[0].pos, corners[1].pos, corners[2].pos.x, corners[2].pos.y);
    if area < 0.0 {
        corners.swap(1, 2);
        area = -area;
    }
    if area < 1e-9 {
        return;
    }
    let [a, b, c] = corners;
    let least = |f: fn(&Vertex) -> f32| corners.iter().map(f).fold(f32::INFINITY, f32::min).floor().max(0.0) as usize;
    let most = |f: fn(&Vertex) -> f32| corners.iter().map(f).fold(0.0, f32::max).ceil() as usize;
    let (left, right) = (least(|v| v.pos.x).max(clip[0]), most(|v| v.pos.x).min(clip[2]));
    let (top, bottom) = (least(|v| v.pos.y).max(clip[1]), most(|v| v.pos.y).min(clip[3]));
    // Two triangles share an edge: exactly one of them owns the pixels on it.
    let owns = |from: egui::Pos2, to: egui::Pos2| to.y < from.y || (to.y == from.y && to.x > from.x);
    let inside = |weight: f32, from: egui::Pos2, to: egui::Pos2| weight > 0.0 || (weight == 0.0 && owns(from, to));
    for y in top..bottom {
        for x in left..right {
            let (px, py) = (x as f32 + 0.5, y as f32 + 0.5);
            let weights = [cross(b.pos, c.pos, px, py), cross(c.pos, a.pos, px, py), cross(a.pos, b.pos, px, py)];
            if !(inside(weights[0], b.pos, c.pos)
                && inside(weights[1], c.pos, a.pos)
                && inside(weights[2], a.pos, b.pos))
            {
                continue;
            }
            let [wa, wb, wc] = weights.map(|weight| weight / area);
            let uv = a.uv.to_vec2() * wa + b.uv.to_vec2() * wb + c.uv.to_vec2() * wc;
            let texel = texture.sample(uv.x, uv.y);
            let tints = [a, b, c].map(|vertex| vertex.color.to_array().map(f32::from));
            let ink: [f32; 4] =
                std::array::from_fn(|k| texel[k] * (tints[0][k] * wa + tints[1][k] * wb + tints[2][k] * wc) / 255.0);
            let below = &mut pixels[y * width + x];
            for (channel, value) in below.iter_mut().enumerate() {
                *value = (ink[channel] + *value * (1.0 - ink[3] / 255.0)).clamp(0.0, 255.0);
            }
        }
    }
}

impl egui_kittest::TestRenderer for CpuPainter {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        for (id, changes) in std::mem::take(&mut delta.set) {
            for change in &changes {
                self.set(id, change);
            }
        }
        for id in std::mem::take(&mut delta.free) {
            self.textures.remove(&id);
        }
    }

    fn render(&mut self, ctx: &Context, output: &FullOutput) -> Result<image::RgbaImage, String> {
        let scale = ctx.pixels_per_point();
        let size = ctx.content_rect().size() * scale;
        let primitives = ctx.tessellate(output.shapes.clone(), scale);
        Ok(self.paint(&primitives, [size.x.round() as usize, size.y.round() as usize], scale))
    }
}
