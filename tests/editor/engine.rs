//! The worker: what it draws, what it cancels, and what does not end it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

pub use scenewright::engine::{DeviceChoice, Engine, Event, Quality, RenderPurpose, RenderRequest, Ticket};
use scenewright_model::checkpoint::{ImportOptions, import_with};
use scenewright_scene::{Edit, NodeId, PictureRecord, RenderRecord, RevisionId, Scene, UnitBox};
use tempfile::TempDir;

fn model() -> PathBuf {
    static MADE: OnceLock<TempDir> = OnceLock::new();
    let dir = MADE.get_or_init(|| {
        let dir = TempDir::new().unwrap();
        let checkpoint = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/tiny.pt");
        import_with(&checkpoint, &dir.path().join("tiny"), ImportOptions::default()).unwrap();
        dir
    });
    dir.path().join("tiny")
}

struct EngineFixture {
    engine: Engine,
    woken: Arc<AtomicUsize>,
}

impl EngineFixture {
    fn new() -> Self {
        let woken = Arc::new(AtomicUsize::new(0));
        let counter = woken.clone();
        let wake = move || {
            counter.fetch_add(1, Ordering::SeqCst);
        };
        Self { engine: Engine::start(wake).unwrap(), woken }
    }

    fn with_model() -> Self {
        let fixture = Self::new();
        fixture.engine.open_model(model(), DeviceChoice::Cpu);
        assert!(matches!(fixture.next(), Event::ModelOpened(_)));
        fixture
    }

    fn next(&self) -> Event {
        let begun = Instant::now();
        loop {
            if let Some(event) = self.engine.events().next() {
                return event;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "no event came");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn draw(&self, draw: RenderRequest) -> Ticket {
        self.engine.render(draw).unwrap()
    }
}

fn scene(names: &[&str]) -> Scene {
    let mut scene = Scene::new();
    names.iter().for_each(|name| {
        scene.apply(&Edit::add(*name)).unwrap();
    });
    scene
}

fn live(scene: Scene) -> RenderRequest {
    let (quality, purpose) = (Quality::Full, RenderPurpose::Live);
    RenderRequest { changes: 1, step: Some(RevisionId(0)), scene, quality, purpose }
}

#[test]
fn a_picture_comes_back_with_its_ticket_and_the_window_is_woken() {
    let fixture = EngineFixture::with_model();
    let ticket = fixture.draw(live(scene(&["sky", "sheep"])));
    let Event::Rendered(drawn) = fixture.next() else { panic!("no picture") };
    assert_eq!((drawn.ticket, drawn.changes, drawn.step), (ticket, 1, Some(RevisionId(0))));
    assert_eq!(drawn.picture.objects.len(), 3);
    assert!(drawn.left_out.is_none());
    let begun = Instant::now();
    while fixture.woken.load(Ordering::SeqCst) < 2 {
        assert!(begun.elapsed() < Duration::from_secs(60), "not woken");
    }
}

#[test]
fn recorded_boxes_stay_and_pins_come_first() {
    let fixture = EngineFixture::with_model();
    let mut scene = scene(&["sky", "sheep"]);
    let (recorded, pinned) = (UnitBox::new(0.1, 0.2, 0.3, 0.4), UnitBox::new(0.5, 0.5, 0.9, 0.9));
    scene.apply(&Edit::Pin { node: NodeId(1), pinned: Some(pinned) }).unwrap();
    let record = RenderRecord { bounds: Some(recorded), ..RenderRecord::default() };
    let objects = vec![(NodeId(0), record.clone()), (NodeId(1), record)];
    scene.record(&PictureRecord { size: None, objects, implied: None });
    fixture.draw(live(scene));
    let Event::Rendered(drawn) = fixture.next() else { panic!("no picture") };
    assert_eq!(drawn.picture.box_of(NodeId(0)), Some(recorded));
    assert_eq!(drawn.picture.box_of(NodeId(1)), Some(pinned));
    let is_pinned: Vec<bool> = drawn.picture.objects.iter().map(|placed| placed.pinned).collect();
    assert_eq!(is_pinned, [false, true, false], "recorded is not pinned");
}

#[test]
fn words_that_the_model_lacks_are_left_out() {
    let fixture = EngineFixture::with_model();
    fixture.draw(live(scene(&["sky", "zzyzx", "sheep"])));
    let Event::Rendered(drawn) = fixture.next() else { panic!("no picture") };
    assert_eq!(drawn.left_out.as_ref().unwrap().unknown_objects[0].name, "zzyzx");
    let nodes: Vec<_> = drawn.picture.objects.iter().filter_map(|placed| placed.node).collect();
    assert_eq!(nodes, [NodeId(0), NodeId(2)]);
}

#[test]
fn the_last_good_model_goes_on_drawing() {
    let fixture = EngineFixture::with_model();
    fixture.engine.open_model(model().join("nowhere"), DeviceChoice::Cpu);
    let Event::ModelFailed { failure, .. } = fixture.next() else { panic!("it opened") };
    assert!(failure.to_string().contains("there is no folder"), "{failure}");
    fixture.draw(live(scene(&["sky"])));
    assert!(matches!(fixture.next(), Event::Rendered(_)));
}

#[test]
fn without_a_model_nothing_is_drawn_and_nothing_ends() {
    let fixture = EngineFixture::new();
    for _ in 0..2 {
        fixture.draw(live(scene(&["sky"])));
        let Event::DrawFailed { failure, .. } = fixture.next() else { panic!("what drew?") };
        assert!(failure.to_string().contains("no model is open"));
    }
}

#[test]
fn a_device_that_is_not_there_is_replaced_by_the_cpu() {
    let fixture = EngineFixture::new();
    fixture.engine.open_model(model(), DeviceChoice::Cuda(77));
    let Event::ModelOpened(facts) = fixture.next() else { panic!("not opened") };
    assert_eq!(facts.device, "cpu");
    assert!(facts.device_note.as_ref().unwrap().contains("The CPU draws instead"));
}

/// However fast edits come, the last is drawn, and what is drawn is in order.
#[test]
fn the_newest_wins_and_order_is_kept() {
    let fixture = EngineFixture::with_model();
    let one = |changes| fixture.draw(RenderRequest { changes, ..live(scene(&["sky", "sheep"])) });
    let tickets: Vec<Ticket> = (1..=30).map(one).collect();
    let last = tickets[29];
    let mut before = None;
    loop {
        match fixture.next() {
            Event::Rendered(drawn) => {
                assert!(Some(drawn.ticket) > before);
                before = Some(drawn.ticket);
                if drawn.ticket == last {
                    break;
                }
            }
            Event::Cancelled { ticket, .. } => assert!(ticket < last),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn variations_come_behind_the_live_picture_each_with_its_seed() {
    let fixture = EngineFixture::with_model();
    let scene = scene(&["sky", "sheep"]);
    for seed in 1..=3 {
        fixture.draw(RenderRequest { purpose: RenderPurpose::Variation { seed }, ..live(scene.clone()) });
    }
    fixture.draw(live(scene));
    let mut seeds = Vec::new();
    let mut live_seen = false;
    while seeds.len() < 3 || !live_seen {
        let Event::Rendered(drawn) = fixture.next() else { panic!("no picture") };
        match drawn.purpose {
            RenderPurpose::Live => live_seen = true,
            RenderPurpose::Background => panic!("nobody asked for one"),
            RenderPurpose::Variation { seed } => {
                assert_eq!(drawn.picture.seed, seed);
                seeds.push(seed);
            }
        }
    }
    assert_eq!(seeds, [1, 2, 3]);
}
