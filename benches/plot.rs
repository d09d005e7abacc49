//! Cost against size as an SVG, both axes logarithmic.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use breakapart_core::report::scale::{Decades, px};

/// Size of the plot's area and its margins (points).
const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 60.0;
const TOP: f64 = 20.0;
/// Colours that colour-blind readers can distinguish (Okabe and Ito 2008).
const COLOURS: [&str; 6] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];

/// Series of (millions of records, wall seconds).
#[derive(Default)]
pub(crate) struct Plot {
    series: BTreeMap<String, Vec<(f64, f64)>>,
}

impl Plot {
    pub(crate) fn add(&mut self, name: &str, millions: usize, seconds: f64) {
        self.series
            .entry(name.to_owned())
            .or_default()
            .push((millions as f64, seconds));
    }

    pub(crate) fn drawn(&self) -> String {
        let points = || self.series.values().flatten();
        let bounds = |of: fn(&(f64, f64)) -> f64| {
            let low = points().map(of).fold(f64::MAX, f64::min).log10().floor();
            let high = points().map(of).fold(f64::MIN, f64::max).log10().ceil();
            (low, high.max(low + 1.0))
        };
        let ((x0, x1), (y0, y1)) = (bounds(|p| p.0), bounds(|p| p.1));
        let (across, up) = (
            Decades::new((x0, x1), (LEFT, LEFT + WIDTH)),
            Decades::new((y0, y1), (TOP + HEIGHT, TOP)),
        );
        let (x, y) = (|value| px(across.at(value)), |value| px(up.at(value)));
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 {}\" font-family=\"sans-serif\" font-size=\"12\">\n<title>Wall time against records in the file</title>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
            HEIGHT + TOP + 50.0
        );
        for decade in x0 as i32..=x1 as i32 {
            let at = x(10_f64.powi(decade));
            let _ = writeln!(
                svg,
                "<path d=\"M{at} {TOP}v{HEIGHT}\" stroke=\"#ddd\"/><text x=\"{at}\" y=\"{}\" text-anchor=\"middle\">{} M</text>",
                TOP + HEIGHT + 18.0,
                10_f64.powi(decade)
            );
        }
        for decade in y0 as i32..=y1 as i32 {
            let seconds = 10_f64.powi(decade);
            let _ = writeln!(
                svg,
                "<path d=\"M{LEFT} {}h{WIDTH}\" stroke=\"#ddd\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{seconds} s</text>",
                y(seconds),
                LEFT - 6.0,
                px(up.at(seconds) + 4.0)
            );
        }
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">records in the file</text>",
            LEFT + WIDTH / 2.0,
            TOP + HEIGHT + 38.0
        );
        for (n, (name, points)) in self.series.iter().enumerate() {
            let colour = COLOURS[n % COLOURS.len()];
            let line: Vec<String> = points.iter().map(|(a, b)| format!("{},{}", x(*a), y(*b))).collect();
            let _ = writeln!(
                svg,
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
                line.join(" ")
            );
            for (a, b) in points {
                let _ = writeln!(
                    svg,
                    "<circle cx=\"{}\" cy=\"{}\" r=\"3\" fill=\"{colour}\"/>",
                    x(*a),
                    y(*b)
                );
            }
            let at = TOP + 14.0 + 20.0 * n as f64;
            let _ = writeln!(
                svg,
                "<path d=\"M{} {at}h24\" stroke=\"{colour}\" stroke-width=\"2\"/><text x=\"{}\" y=\"{}\">{name}</text>",
                LEFT + WIDTH + 16.0,
                LEFT + WIDTH + 46.0,
                at + 4.0
            );
        }
        svg + "</svg>\n"
    }
}
