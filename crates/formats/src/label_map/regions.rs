//! Pixels of one class that hang together.

/// A region of one class.
pub(super) struct Region {
    /// Left, top, right, bottom in pixels; the last ones excluded.
    pub bounds: [usize; 4],
    /// 255 where it is, row by row over the whole picture.
    pub mask: Vec<u8>,
}

/// A piece below this share of the largest one belongs to what is nearest: a leg behind a fence.
const PART: f32 = 0.08;

/// The regions of a label: one with all of its pixels, or one for each piece that hangs together, corners included, the largest first.
pub(super) fn of_label(
    labels: &[u16],
    width: usize,
    height: usize,
    label: u16,
    is_one: bool,
    least: usize,
) -> Vec<Region> {
    let mut pieces = if is_one {
        vec![(0..labels.len()).filter(|&at| labels[at] == label).collect::<Vec<_>>()]
    } else {
        pieces(labels, width, height, label)
    };
    pieces.sort_by_key(|piece| std::cmp::Reverse(piece.len()));
    let most = pieces.first().map_or(0, Vec::len);
    let is_whole = |piece: &Vec<usize>| piece.len() >= least && piece.len() as f32 >= PART * most as f32;
    let (whole, parts): (Vec<_>, Vec<_>) = pieces.into_iter().partition(is_whole);
    let mut regions: Vec<Region> = whole.iter().map(|piece| region(piece, width, height)).collect();
    for part in parts {
        let own = bounds(&part, width);
        let nearest = regions.iter_mut().min_by_key(|region| gap(region.bounds, own));
        // Specks far from everything are noise.
        if let Some(region) = nearest.filter(|region| gap(region.bounds, own) <= width.max(height) / 20) {
            part.iter().for_each(|&at| region.mask[at] = 255);
            let [a, b] = [region.bounds, own];
            region.bounds = [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])];
        }
    }
    regions
}

/// Pixels between two boxes.
fn gap(a: [usize; 4], b: [usize; 4]) -> usize {
    let along = |a0: usize, a1: usize, b0: usize, b1: usize| b0.saturating_sub(a1).max(a0.saturating_sub(b1));
    along(a[0], a[2], b[0], b[2]).max(along(a[1], a[3], b[1], b[3]))
}

fn bounds(piece: &[usize], width: usize) -> [usize; 4] {
    piece.iter().fold([usize::MAX, usize::MAX, 0, 0], |[x0, y0, x1, y1], at| {
        let (x, y) = (at % width, at / width);
        [x0.min(x), y0.min(y), x1.max(x + 1), y1.max(y + 1)]
    })
}

fn region(piece: &[usize], width: usize, height: usize) -> Region {
    let mut mask = vec![0; width * height];
    piece.iter().for_each(|&at| mask[at] = 255);
    Region { bounds: bounds(piece, width), mask }
}

fn pieces(labels: &[u16], width: usize, height: usize, label: u16) -> Vec<Vec<usize>> {
    let mut is_seen = vec![false; labels.len()];
    let mut pieces = Vec::new();
    for start in 0..labels.len() {
        if labels[start] != label || is_seen[start] {
            continue;
        }
        let (mut piece, mut next) = (Vec::new(), vec![start]);
        is_seen[start] = true;
        while let Some(at) = next.pop() {
            piece.push(at);
            let (x, y) = (at % width, at / width);
            for ny in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                for nx in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    let near = ny * width + nx;
                    if labels[near] == label && !is_seen[near] {
                        is_seen[near] = true;
                        next.push(near);
                    }
                }
            }
        }
        piece.sort_unstable();
        pieces.push(piece);
    }
    pieces
}
