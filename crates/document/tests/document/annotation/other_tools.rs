//! Folders as other tools write them, with what training and Annotate must find there.

use std::path::Path;

/// A folder of another tool.
pub struct OddFolder {
    pub name: &'static str,
    /// Pictures by their names below the folder, with their sizes in pixels.
    pub pictures: &'static [(&'static str, u32, u32)],
    pub files: &'static [(&'static str, &'static str)],
    /// Pictures with objects, objects, relations.
    pub expected: (usize, usize, usize),
    /// What is reported; nothing has to be where it is empty.
    pub said: &'static str,
}

impl OddFolder {
    pub fn write(&self, folder: &Path) {
        let made = |name: &str| {
            let path = folder.join(name);
            if let Some(inner) = path.parent() {
                std::fs::create_dir_all(inner).unwrap();
            }
            path
        };
        for (name, width, height) in self.pictures {
            let pixel = |x: u32, y: u32| image::Rgb([(x * 3 % 256) as u8, (y * 5 % 256) as u8, 90]);
            image::RgbImage::from_fn(*width, *height, pixel).save(made(name)).unwrap();
        }
        for (name, text) in self.files {
            std::fs::write(made(name), text).unwrap();
        }
    }
}

const YARD: &[(&str, u32, u32)] = &[("yard.jpg", 200, 100)];

pub const ODD_FOLDERS: &[OddFolder] = &[
    OddFolder {
        name: "labelme in a folder of its own, picture by a path of Windows",
        pictures: &[("images/yard.jpg", 200, 100)],
        files: &[(
            "labels/yard.json",
            r#"{"version": "5.4.1", "flags": {}, "imagePath": "..\\images\\yard.jpg", "imageData": null, "imageHeight": 100, "imageWidth": 200,
            "shapes": [
            {"label": "sheep", "points": [[20, 30], [60, 30], [60, 70], [20, 70]], "group_id": null, "description": "", "shape_type": "polygon", "flags": {}, "mask": null},
            {"label": "tree", "points": [[150.5, 90], [100.25, 10]], "group_id": null, "shape_type": "rectangle", "flags": {}},
            {"label": "sun", "points": [[180, 20], [190, 20]], "shape_type": "circle", "flags": {}}]}"#,
        )],
        expected: (1, 3, 0),
        said: "",
    },
    OddFolder {
        name: "X-AnyLabeling: turned boxes, points, lines, parts of one thing",
        pictures: YARD,
        files: &[(
            "yard.json",
            r#"{"version": "2.4.4", "flags": {}, "imagePath": "yard.jpg", "imageData": null, "imageHeight": 100, "imageWidth": 200, "shapes": [
            {"label": "boat", "score": 0.91, "points": [[20, 30], [60, 20], [66, 44], [26, 54]], "group_id": null, "difficult": false, "shape_type": "rotation", "direction": 0.2, "attributes": {}},
            {"label": "nose", "points": [[5, 5]], "shape_type": "point"},
            {"label": "path", "points": [[5, 5], [50, 50], [70, 20]], "shape_type": "linestrip"},
            {"label": "fence", "points": [[100, 60], [120, 60], [120, 80]], "group_id": 4, "shape_type": "polygon"},
            {"label": "fence", "points": [[130, 60], [150, 60], [150, 80]], "group_id": 4, "shape_type": "polygon"}]}"#,
        )],
        expected: (1, 2, 0),
        said: "has no area",
    },
    OddFolder {
        name: "YOLO of Ultralytics: splits, Windows line ends, background, words by number",
        pictures: &[
            ("train/images/a.jpg", 200, 100),
            ("train/images/empty field.jpg", 200, 100),
            ("valid/images/b.jpg", 200, 100),
        ],
        files: &[
            (
                "data.yaml",
                "train: ../train/images\r\nval: ../valid/images\r\n\r\nnc: 2\r\nnames:\r\n  0: sheep\r\n  1: 'pine tree'  # evergreen\r\n",
            ),
            ("train/labels/a.txt", "0 0.5 0.5 0.2 0.4 \r\n1 0.1 0.2 0.3 0.2 0.3 0.8 0.1 0.8\r\n"),
            ("train/labels/empty field.txt", ""),
            ("valid/labels/b.txt", "1 0.25 0.5 0.5 1.0\r\n"),
            ("README.dataset.txt", "# farm > v3\nhttps://example.org\n"),
        ],
        expected: (2, 3, 0),
        said: "nothing is marked",
    },
    OddFolder {
        name: "YOLO 1.1 of CVAT: lists of pictures beside the labels",
        pictures: &[("obj_train_data/a.jpg", 200, 100), ("obj_train_data/b.jpg", 200, 100)],
        files: &[
            ("obj.data", "classes = 2\ntrain = data/train.txt\nnames = data/obj.names\nbackup = backup/\n"),
            ("obj.names", "sheep\ntree\n"),
            ("train.txt", "data/obj_train_data/a.jpg\ndata/obj_train_data/b.jpg\n"),
            ("obj_train_data/a.txt", "0 0.500000 0.500000 0.200000 0.400000\n7 0.5 0.5 0.1 0.1\n"),
            ("obj_train_data/b.txt", "1 0.250000 0.500000 0.500000 1.000000\n"),
        ],
        expected: (2, 2, 0),
        said: "class 7 has no word",
    },
    OddFolder {
        name: "Pascal VOC of CVAT: folders, fractions, parts, attributes",
        pictures: &[("JPEGImages/yard.jpg", 200, 100), ("SegmentationClass/yard.png", 200, 100)],
        files: &[
            (
                "Annotations/yard.xml",
                "<annotation>\n<folder></folder><filename>yard.jpg</filename><source><database>Unknown</database></source>\
                <size><width>200</width><height>100</height><depth></depth></size><segmented>1</segmented>\
                <object><name>person</name><truncated>0</truncated><occluded>0</occluded><difficult>0</difficult>\
                <part><name>head</name><bndbox><xmin>21</xmin><ymin>11</ymin><xmax>30</xmax><ymax>20</ymax></bndbox></part>\
                <bndbox><xmin>20.5</xmin><ymin>10.25</ymin><xmax>60.0</xmax><ymax>90.75</ymax></bndbox>\
                <attributes><attribute><name>rotation</name><value>0.0</value></attribute></attributes></object>\
                <object><name>dog</name><bndbox><ymin>50</ymin><xmin>150</xmin><ymax>90</ymax><xmax>100</xmax></bndbox></object></annotation>",
            ),
            ("ImageSets/Main/default.txt", "yard\n"),
            ("labelmap.txt", "# label:color_rgb:parts:actions\nbackground:0,0,0::\nperson:10,20,30:head:\n"),
        ],
        expected: (1, 2, 0),
        said: "",
    },
    OddFolder {
        name: "Pascal VOC of Roboflow: polygons, a document type, no size",
        pictures: &[("train/yard_jpg.rf.0a1b.jpg", 200, 100)],
        files: &[(
            "train/yard_jpg.rf.0a1b.xml",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE annotation>\n<annotation><folder/><filename>yard_jpg.rf.0a1b.jpg</filename>\
            <path>yard_jpg.rf.0a1b.jpg</path><source><database>roboflow.ai</database></source>\
            <object><name>sheep</name><pose>Unspecified</pose><bndbox><xmin>20</xmin><xmax>60</xmax><ymin>30</ymin><ymax>70</ymax></bndbox>\
            <polygon><x1>20</x1><y1>30</y1><x2>60</x2><y2>30</y2><x3>40</x3><y3>70</y3></polygon></object></annotation>",
        )],
        expected: (1, 1, 0),
        said: "",
    },
    OddFolder {
        name: "CVAT for images: tags, turned boxes, masks, lines, skeletons",
        pictures: &[("images/yard.jpg", 200, 100)],
        files: &[(
            "annotations.xml",
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<annotations><version>1.1</version><meta><task><labels><label><name>sheep</name></label></labels></task></meta>\
            <image id=\"0\" name=\"yard.jpg\" width=\"200\" height=\"100\">\
            <tag label=\"sunny\" source=\"manual\"></tag>\
            <box label=\"sheep\" source=\"manual\" occluded=\"0\" xtl=\"80.00\" ytl=\"40.00\" xbr=\"120.00\" ybr=\"60.00\" rotation=\"90.00\" z_order=\"0\"></box>\
            <polygon label=\"tree\" points=\"10.00,10.00;40.00,10.00;40.00,90.00;10.00,90.00\" z_order=\"1\"><attribute name=\"leafy\">true</attribute></polygon>\
            <ellipse label=\"sun\" cx=\"180.00\" cy=\"20.00\" rx=\"10.00\" ry=\"12.00\"></ellipse>\
            <mask label=\"pond\" rle=\"1, 3, 2, 2\" left=\"130\" top=\"70\" width=\"4\" height=\"2\"></mask>\
            <polyline label=\"path\" points=\"1.0,1.0;50.0,50.0\"></polyline>\
            <points label=\"eye\" points=\"85.00,45.00\"></points></image></annotations>",
        )],
        expected: (1, 4, 0),
        said: "a polyline",
    },
    OddFolder {
        name: "Label Studio: withdrawn work, brushes, choices, relations",
        pictures: &[("yard.png", 200, 100)],
        files: &[(
            "project-1-at-2024.json",
            r#"[{"id": 7, "data": {"image": "/data/upload/1/0a1b2c3d-yard.png"}, "predictions": [], "annotations": [
            {"id": 1, "was_cancelled": true, "result": [{"id": "x", "type": "rectanglelabels", "original_width": 200, "original_height": 100, "value": {"x": 0, "y": 0, "width": 9, "height": 9, "rectanglelabels": ["wrong"]}}]},
            {"id": 2, "was_cancelled": false, "result": [
              {"id": "a", "type": "rectanglelabels", "from_name": "label", "to_name": "image", "original_width": 200, "original_height": 100, "image_rotation": 0, "value": {"x": 10, "y": 30, "width": 20, "height": 40, "rotation": 0, "rectanglelabels": ["sheep"]}},
              {"id": "b", "type": "polygonlabels", "original_width": 200, "original_height": 100, "value": {"points": [[50, 10], [60, 10], [60, 90]], "closed": true, "polygonlabels": ["tree"]}},
              {"id": "c", "type": "brushlabels", "original_width": 200, "original_height": 100, "value": {"format": "rle", "rle": [0, 1, 2], "brushlabels": ["pond"]}},
              {"type": "choices", "value": {"choices": ["day"]}},
              {"from_id": "a", "to_id": "b", "type": "relation", "direction": "right", "labels": ["next to"]}]}]}]"#,
        )],
        expected: (1, 2, 1),
        said: "a brush's mask is not read",
    },
    OddFolder {
        name: "COCO of Label Studio: Windows paths, words from 0, no sizes",
        pictures: &[("images/yard.png", 200, 100)],
        files: &[(
            "result.json",
            r#"{"images": [{"width": 200, "height": 100, "id": 0, "file_name": "images\\0a1b2c3d-yard.png"}],
            "categories": [{"id": 0, "name": "sheep"}, {"id": 1, "name": "tree"}],
            "annotations": [{"id": 0, "image_id": 0, "category_id": 0, "segmentation": [], "bbox": [20.0, 30.0, 40.0, 40.0], "ignore": 0, "iscrowd": 0, "area": 1600.0}],
            "info": {"year": 2024, "version": "1.0", "description": "", "contributor": "Label Studio", "url": "", "date_created": "2024-05-01"}}"#,
        )],
        expected: (1, 1, 0),
        said: "",
    },
    OddFolder {
        name: "FiftyOne: samples with boxes, polylines, classes, a second file about them",
        pictures: &[("data/yard.jpg", 200, 100)],
        files: &[
            (
                "samples.json",
                r#"{"samples": [{"_id": {"$oid": "65"}, "filepath": "data/yard.jpg", "tags": [], "metadata": null, "_media_type": "image",
                "ground_truth": {"_cls": "Detections", "detections": [{"_id": {"$oid": "66"}, "_cls": "Detection", "attributes": {}, "tags": [], "label": "sheep", "bounding_box": [0.1, 0.3, 0.2, 0.4], "mask": null, "index": null}]},
                "outlines": {"_cls": "Polylines", "polylines": [{"_cls": "Polyline", "label": "tree", "points": [[[0.5, 0.1], [0.6, 0.1], [0.6, 0.9]]], "closed": true, "filled": true}]},
                "weather": {"_cls": "Classification", "label": "sunny"}, "uniqueness": 0.5}]}"#,
            ),
            (
                "metadata.json",
                r#"{"name": "farm", "version": "0.23.6", "sample_fields": [{"name": "filepath"}], "media_type": "image"}"#,
            ),
        ],
        expected: (1, 2, 0),
        said: "",
    },
    OddFolder {
        name: "PSG: boxes by corners, relations by rows",
        pictures: &[("train2017/yard.jpg", 200, 100)],
        files: &[(
            "psg.json",
            r#"{"data": [{"file_name": "train2017/yard.jpg", "height": 100, "width": 200, "image_id": "107902", "pan_seg_file_name": "panoptic_train2017/yard.png",
            "segments_info": [{"id": 1, "category_id": 0, "iscrowd": 0, "isthing": 1, "area": 800}, {"id": 2, "category_id": 1, "iscrowd": 0, "isthing": 0, "area": 900}],
            "relations": [[0, 1, 2]], "annotations": [{"bbox": [20, 30, 60, 70], "bbox_mode": 0, "category_id": 0}, {"bbox": [0, 50, 200, 100], "bbox_mode": 0, "category_id": 1}]}],
            "thing_classes": ["sheep"], "stuff_classes": ["grass"], "predicate_classes": ["over", "in front of", "standing on"], "test_image_ids": []}"#,
        )],
        expected: (1, 2, 1),
        said: "",
    },
    OddFolder {
        name: "GQA: objects by number, relations within them",
        pictures: &[("images/2407890.jpg", 200, 100)],
        files: &[(
            "val_sceneGraphs.json",
            r#"{"2407890": {"width": 200, "height": 100, "location": "outdoors", "weather": "none", "objects": {
            "271881": {"name": "chair", "h": 34, "w": 35, "x": 50, "y": 20, "attributes": ["brown"], "relations": [{"object": "32045", "name": "on"}]},
            "32045": {"name": "floor", "h": 40, "w": 200, "x": 0, "y": 60, "attributes": [], "relations": []}}}}"#,
        )],
        expected: (1, 2, 1),
        said: "",
    },
    OddFolder {
        name: "LVIS: addresses instead of names",
        pictures: &[("train2017/000000391895.jpg", 200, 100)],
        files: &[(
            "lvis_v1_train.json",
            r#"{"info": {"description": "LVIS v1.0"}, "images": [{"date_captured": "2013-11-14 11:18:45", "neg_category_ids": [2], "id": 391895, "license": 3, "height": 100, "width": 200,
            "flickr_url": "http://farm9.example.com/8186/x_z.jpg", "coco_url": "http://images.cocodataset.org/train2017/000000391895.jpg", "not_exhaustive_category_ids": []}],
            "categories": [{"id": 1, "name": "sheep", "synset": "sheep.n.01", "synonyms": ["sheep"], "def": "woolly", "image_count": 1, "instance_count": 1, "frequency": "f"}],
            "annotations": [{"id": 1, "image_id": 391895, "category_id": 1, "area": 1600.0, "bbox": [20.0, 30.0, 40.0, 40.0], "segmentation": [[20, 30, 60, 30, 60, 70, 20, 70]]}]}"#,
        )],
        expected: (1, 1, 0),
        said: "",
    },
    OddFolder {
        name: "panoptic COCO: segments instead of objects",
        pictures: &[("yard.jpg", 200, 100)],
        files: &[(
            "panoptic_val.json",
            r#"{"images": [{"id": 9, "file_name": "yard.jpg", "height": 100, "width": 200}],
            "categories": [{"id": 1, "name": "sheep", "isthing": 1, "supercategory": "animal"}, {"id": 2, "name": "grass-merged", "isthing": 0}],
            "annotations": [{"image_id": 9, "file_name": "yard.png", "segments_info": [
              {"id": 3226956, "category_id": 1, "area": 1600, "bbox": [20, 30, 40, 40], "iscrowd": 0},
              {"id": 6979964, "category_id": 2, "area": 9000, "bbox": [0, 50, 200, 50], "iscrowd": 0}]}]}"#,
        )],
        expected: (1, 2, 0),
        said: "",
    },
    OddFolder {
        name: "COCO of VIA: everything as text, flat polygons",
        pictures: YARD,
        files: &[(
            "via_export_coco.json",
            r#"{"info": {"year": 2024, "description": "VIA project exported to COCO format"}, "licenses": [{"id": 0}],
            "images": [{"id": "1", "width": 200, "height": 100, "file_name": "yard.jpg", "license": 0, "date_captured": ""}],
            "annotations": [{"id": 0, "image_id": "1", "category_id": "1", "segmentation": [20, 30, 60, 30, 60, 70], "area": "1600", "bbox": [20, 30, 40, 40], "iscrowd": 0},
            {"segmentation": [[100, 30, 140, 30, 140, 70]], "area": 1600, "bbox": [100, 30, 40, 40], "iscrowd": 0, "id": 1, "image_id": "1", "category_id": 1}],
            "categories": [{"id": 1, "name": "sheep", "supercategory": "class"}]}"#,
        )],
        expected: (1, 2, 0),
        said: "",
    },
    OddFolder {
        name: "coco-annotator: paths of its server, annotations that were never drawn",
        pictures: YARD,
        files: &[(
            "farm-1.json",
            r##"{"images": [{"id": 31, "dataset_id": 4, "category_ids": [1], "path": "/datasets/farm/yard.jpg", "width": 200, "height": 100, "file_name": "yard.jpg", "annotated": true, "annotating": [], "num_annotations": 1, "metadata": {}, "deleted": false, "milliseconds": 0, "events": [], "regenerate_thumbnail": false, "is_modified": false}],
            "categories": [{"id": 1, "name": "sheep", "supercategory": "", "color": "#1c8e3a", "metadata": {}, "keypoint_colors": []}],
            "annotations": [
            {"id": 5, "image_id": 31, "category_id": 1, "dataset_id": 4, "segmentation": [[20, 30, 60, 30, 60, 70, 20, 70]], "area": 1600, "bbox": [20, 30, 40, 40], "iscrowd": false, "isbbox": false, "creator": "system", "width": 200, "height": 100, "color": "#ac5a22", "keypoints": [], "metadata": {}, "milliseconds": 0, "events": []},
            {"id": 6, "image_id": 31, "category_id": 1, "dataset_id": 4, "segmentation": [], "area": 0, "bbox": [0, 0, 0, 0], "iscrowd": false, "isbbox": false, "color": "#e52244", "keypoints": [], "metadata": {}}]}"##,
        )],
        expected: (1, 1, 0),
        said: "box",
    },
    OddFolder {
        name: "Open Images: a table of boxes is named",
        pictures: &[("000a1249af2bc5f0.jpg", 200, 100)],
        files: &[(
            "validation-annotations-bbox.csv",
            "ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,IsTruncated,IsGroupOf,IsDepiction,IsInside\n000a1249af2bc5f0,xclick,/m/07bgp,1,0.1,0.3,0.3,0.7,0,0,0,0,0\n",
        )],
        expected: (0, 0, 0),
        said: "Open Images",
    },
    OddFolder {
        name: "SageMaker Ground Truth: a manifest is named",
        pictures: YARD,
        files: &[(
            "output.manifest",
            "{\"source-ref\": \"s3://farm/yard.jpg\", \"boxes\": {\"image_size\": [{\"width\": 200, \"height\": 100, \"depth\": 3}], \"annotations\": [{\"class_id\": 0, \"left\": 20, \"top\": 30, \"width\": 40, \"height\": 40}]}, \"boxes-metadata\": {\"class-map\": {\"0\": \"sheep\"}, \"type\": \"groundtruth/object-detection\"}}\n",
        )],
        expected: (0, 0, 0),
        said: "SageMaker",
    },
    OddFolder {
        name: "Hugging Face's image folder is named",
        pictures: YARD,
        files: &[(
            "metadata.jsonl",
            "{\"file_name\": \"yard.jpg\", \"objects\": {\"bbox\": [[20.0, 30.0, 40.0, 40.0]], \"categories\": [0]}}\n",
        )],
        expected: (0, 0, 0),
        said: "Hugging Face",
    },
    OddFolder {
        name: "ISAT: objects beside the picture are named, and are no scene",
        pictures: YARD,
        files: &[(
            "yard.json",
            r##"{"info": {"description": "ISAT", "folder": "/home/anna/farm", "name": "yard.jpg", "width": 200, "height": 100, "depth": 3, "note": ""},
            "objects": [{"category": "sheep", "group": 1, "segmentation": [[20, 30], [60, 30], [60, 70]], "area": 800, "layer": 1.0, "bbox": [20, 30, 60, 70], "iscrowd": false, "note": ""}]}"##,
        )],
        expected: (0, 0, 0),
        said: "ISAT",
    },
    OddFolder {
        name: "Supervisely: a folder of annotations is named once for all",
        pictures: &[("ds0/img/a.jpg", 200, 100), ("ds0/img/b.jpg", 200, 100)],
        files: &[
            (
                "ds0/ann/a.jpg.json",
                r#"{"description": "", "tags": [], "size": {"height": 100, "width": 200}, "objects": [{"id": 1, "classId": 2, "geometryType": "rectangle", "classTitle": "sheep", "points": {"exterior": [[20, 30], [60, 70]], "interior": []}}]}"#,
            ),
            (
                "ds0/ann/b.jpg.json",
                r#"{"description": "", "tags": [], "size": {"height": 100, "width": 200}, "objects": []}"#,
            ),
            (
                "meta.json",
                r##"{"classes": [{"title": "sheep", "shape": "rectangle", "color": "#0F8A12"}], "tags": [], "projectType": "images"}"##,
            ),
        ],
        expected: (0, 0, 0),
        said: "Supervisely",
    },
    OddFolder {
        name: "KITTI: lines that begin with a word are named",
        pictures: &[("image_2/000001.png", 200, 100)],
        files: &[(
            "label_2/000001.txt",
            "Car 0.00 0 -1.58 20.01 30.33 60.12 70.12 1.65 1.67 3.64 -0.65 1.71 46.70 -1.59\n",
        )],
        expected: (0, 0, 0),
        said: "KITTI",
    },
];
