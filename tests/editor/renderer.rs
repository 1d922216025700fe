//! A rasterizer for egui's triangles on the CPU: no driver, the same pixels on every machine.

use std::collections::HashMap;

use egui::epaint::{ClippedPrimitive, ImageData, ImageDelta, Primitive, Vertex};
use egui::{Color32, Context, FullOutput, Rect, TextureFilter, TextureId, TexturesDelta, Vec2, vec2};
use egui_kittest::TestRenderer;
use image::{Rgba, RgbaImage};

/// Keeps textures as egui sends them, and paints when it is asked to.
#[derive(Default)]
pub struct CpuRenderer {
    textures: HashMap<TextureId, Texture>,
}

struct Texture {
    width: usize,
    height: usize,
    pixels: Vec<Color32>,
    smooth: bool,
}

/// Premultiplied red, green, blue, alpha in 0..=255, as egui blends them (in gamma space).
type Color = [f32; 4];

impl TestRenderer for CpuRenderer {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        for (id, deltas) in std::mem::take(&mut delta.set) {
            for delta in &deltas {
                self.set(id, delta);
            }
        }
        for id in std::mem::take(&mut delta.free) {
            self.textures.remove(&id);
        }
    }

    fn render(&mut self, ctx: &Context, output: &FullOutput) -> Result<RgbaImage, String> {
        let scale = ctx.pixels_per_point();
        let size = ctx.content_rect().size() * scale;
        let primitives = ctx.tessellate(output.shapes.clone(), scale);
        // As the editor clears its window: panels lie on it unpainted.
        let ground = ctx.global_style().visuals.panel_fill;
        Ok(self.paint(&primitives, size.x.round() as usize, size.y.round() as usize, scale, ground))
    }
}

impl CpuRenderer {
    fn set(&mut self, id: TextureId, delta: &ImageDelta) {
        let ImageData::Color(image) = &delta.image;
        let [width, height] = image.size;
        match (delta.pos, self.textures.get_mut(&id)) {
            (Some([left, top]), Some(texture)) => {
                for (row, pixels) in image.pixels.chunks_exact(width).enumerate() {
                    let start = (top + row) * texture.width + left;
                    texture.pixels[start..start + width].copy_from_slice(pixels);
                }
            }
            _ => {
                let smooth = delta.options.magnification == TextureFilter::Linear;
                self.textures.insert(id, Texture { width, height, pixels: image.pixels.clone(), smooth });
            }
        }
    }

    fn paint(
        &self,
        primitives: &[ClippedPrimitive],
        width: usize,
        height: usize,
        scale: f32,
        ground: Color32,
    ) -> RgbaImage {
        let mut canvas = Canvas { width, height, pixels: vec![ground.to_array().map(f32::from); width * height] };
        for ClippedPrimitive { clip_rect, primitive } in primitives {
            let Primitive::Mesh(mesh) = primitive else { continue };
            let Some(texture) = self.textures.get(&mesh.texture_id) else { continue };
            let clip = Rect::from_min_max(
                (clip_rect.min.to_vec2() * scale).round().to_pos2(),
                (clip_rect.max.to_vec2() * scale).round().to_pos2(),
            );
            for corners in mesh.indices.chunks_exact(3) {
                let corners = [0, 1, 2].map(|corner| mesh.vertices[corners[corner] as usize]);
                canvas.triangle(corners, texture, clip, scale);
            }
        }
        canvas.into_image()
    }
}

impl Texture {
    fn texel(&self, x: i32, y: i32) -> Color {
        let x = x.clamp(0, self.width as i32 - 1) as usize;
        let y = y.clamp(0, self.height as i32 - 1) as usize;
        self.pixels[y * self.width + x].to_array().map(f32::from)
    }

    fn sample(&self, u: f32, v: f32) -> Color {
        let (x, y) = (u * self.width as f32 - 0.5, v * self.height as f32 - 0.5);
        if !self.smooth {
            return self.texel(x.round() as i32, y.round() as i32);
        }
        let (left, top) = (x.floor(), y.floor());
        let (across, down) = (x - left, y - top);
        let at = |dx: i32, dy: i32| self.texel(left as i32 + dx, top as i32 + dy);
        let mix = |a: Color, b: Color, t: f32| std::array::from_fn(|i| a[i] + (b[i] - a[i]) * t);
        mix(mix(at(0, 0), at(1, 0), across), mix(at(0, 1), at(1, 1), across), down)
    }
}

struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<Color>,
}

impl Canvas {
    fn triangle(&mut self, corners: [Vertex; 3], texture: &Texture, clip: Rect, scale: f32) {
        let points = corners.map(|corner| corner.pos.to_vec2() * scale);
        let twice_area = edge(points[0], points[1], points[2]);
        if twice_area.abs() < 1e-9 {
            return;
        }
        // Turned so that inside is where all edges are positive.
        let ([a, b, c], [pa, pb, pc]) = if twice_area > 0.0 {
            (corners, points)
        } else {
            ([corners[0], corners[2], corners[1]], [points[0], points[2], points[1]])
        };
        let area = twice_area.abs();
        let least = |f: fn(&Vec2) -> f32| [pa, pb, pc].iter().map(f).fold(f32::MAX, f32::min);
        let most = |f: fn(&Vec2) -> f32| [pa, pb, pc].iter().map(f).fold(f32::MIN, f32::max);
        let left = least(|p| p.x).max(clip.min.x).max(0.0).floor() as usize;
        let top = least(|p| p.y).max(clip.min.y).max(0.0).floor() as usize;
        let right = (most(|p| p.x).min(clip.max.x).ceil().max(0.0) as usize).min(self.width);
        let bottom = (most(|p| p.y).min(clip.max.y).ceil().max(0.0) as usize).min(self.height);
        for y in top..bottom {
            for x in left..right {
                let at = vec2(x as f32 + 0.5, y as f32 + 0.5);
                if !clip.contains(at.to_pos2()) {
                    continue;
                }
                let (wa, wb, wc) = (edge(pb, pc, at), edge(pc, pa, at), edge(pa, pb, at));
                if !(covers(wa, pb, pc) && covers(wb, pc, pa) && covers(wc, pa, pb)) {
                    continue;
                }
                let [wa, wb, wc] = [wa, wb, wc].map(|weight| weight / area);
                let uv = a.uv.to_vec2() * wa + b.uv.to_vec2() * wb + c.uv.to_vec2() * wc;
                let texel = texture.sample(uv.x, uv.y);
                let [ca, cb, cc] = [a, b, c].map(|corner| corner.color.to_array().map(f32::from));
                let color = std::array::from_fn(|i| texel[i] * (ca[i] * wa + cb[i] * wb + cc[i] * wc) / 255.0);
                self.blend(x, y, color);
            }
        }
    }

    fn blend(&mut self, x: usize, y: usize, color: Color) {
        let below = &mut self.pixels[y * self.width + x];
        let through = 1.0 - color[3] / 255.0;
        *below = std::array::from_fn(|i| (color[i] + below[i] * through).min(255.0));
    }

    fn into_image(self) -> RgbaImage {
        let Self { width, height, pixels } = self;
        RgbaImage::from_fn(width as u32, height as u32, |x, y| {
            Rgba(pixels[y as usize * width + x as usize].map(|value| value.round() as u8))
        })
    }
}

/// Twice the area of the triangle; positive where `at` lies on the inner side of the edge.
fn edge(from: Vec2, to: Vec2, at: Vec2) -> f32 {
    (to.x - from.x) * (at.y - from.y) - (to.y - from.y) * (at.x - from.x)
}

/// A pixel on an edge that two triangles share belongs to one of them: the one on whose top or left it lies.
fn covers(weight: f32, from: Vec2, to: Vec2) -> bool {
    weight > 0.0 || (weight == 0.0 && ((from.y == to.y && to.x > from.x) || to.y < from.y))
}

#[test]
fn two_triangles_make_a_square_without_a_seam() {
    let white = egui::epaint::WHITE_UV;
    let mut renderer = CpuRenderer::default();
    let image = egui::ColorImage::filled([1, 1], Color32::WHITE);
    renderer.set(TextureId::default(), &ImageDelta::full(image, egui::TextureOptions::NEAREST));
    let mut mesh = egui::Mesh::default();
    let half = Color32::from_rgba_premultiplied(0, 64, 0, 128);
    for (x, y) in [(1.0, 1.0), (5.0, 1.0), (5.0, 5.0), (1.0, 5.0)] {
        mesh.vertices.push(Vertex { pos: egui::pos2(x, y), uv: white, color: half });
    }
    mesh.indices = vec![0, 1, 2, 0, 2, 3];
    let clip_rect = Rect::from_min_max(egui::pos2(0.0, 0.0), egui::pos2(4.0, 8.0));
    let image =
        renderer.paint(&[ClippedPrimitive { clip_rect, primitive: Primitive::Mesh(mesh) }], 8, 8, 1.0, Color32::BLACK);
    for (x, y, pixel) in image.enumerate_pixels() {
        let inside = (1..4).contains(&x) && (1..5).contains(&y);
        assert_eq!(pixel.0, if inside { [0, 64, 0, 255] } else { [0, 0, 0, 255] }, "{x}, {y}");
    }
}
