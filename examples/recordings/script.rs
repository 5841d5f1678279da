//! A match as a scorer's steps, each a merge patch (RFC 7396) from one board to the next.

use std::time::Duration;

use serde_json::{Map, Value};

/// The state of a match at one moment. Fields are absent rather than null.
pub type Board = Map<String, Value>;

/// One message of the scorer.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The time since the previous step, at normal pace.
    pub after: Duration,
    /// The value of `data`.
    pub data: Value,
    /// The reason, if this step corrects the previous one.
    pub correction: Option<&'static str>,
}

/// A match from the first step to the last.
#[derive(Debug)]
pub struct Script {
    /// The steps in order. The first one clears the previous match's state.
    pub steps: Vec<Step>,
    board: Board,
    summary: fn(&Board) -> Value,
    whole: Option<&'static str>,
}

impl Script {
    /// A script that starts by clearing `fields`, which must be all fields of its boards.
    ///
    /// `summary` makes the field of that name, which lists show.
    /// `whole` is the field for the last incident. It is sent complete each time, so that an update can be read without the
    /// snapshot.
    pub fn new(fields: &[&str], summary: fn(&Board) -> Value, whole: Option<&'static str>) -> Self {
        let cleared = fields.iter().map(|field| ((*field).to_owned(), Value::Null)).collect();
        let first = Step { after: Duration::ZERO, data: Value::Object(cleared), correction: None };
        Self { steps: vec![first], board: Board::new(), summary, whole }
    }

    /// Adds an update: `after` the previous step, the match looks like `board`.
    pub fn update(&mut self, after: Duration, board: Board) {
        self.step(after, board, None);
    }

    /// Adds a correction of the previous step, which should have led to `board`.
    pub fn correct(&mut self, after: Duration, board: Board, reason: &'static str) {
        self.step(after, board, Some(reason));
    }

    fn step(&mut self, after: Duration, mut board: Board, correction: Option<&'static str>) {
        board.insert("summary".to_owned(), (self.summary)(&board));
        let mut data = patch(&self.board, &board);
        if let Some(field) = self.whole
            && let (Some(Value::Object(changed)), Some(Value::Object(now))) =
                (data.get_mut(field), board.get(field))
        {
            changed.extend(now.clone());
        }
        self.board = board;
        self.steps.push(Step { after, data: Value::Object(data), correction });
    }
}

/// The merge patch that turns `from` into `to`.
fn patch(from: &Board, to: &Board) -> Board {
    let gone = from.keys().filter(|key| !to.contains_key(*key)).map(|key| (key.clone(), Value::Null));
    let mut patch: Board = gone.collect();
    for (key, new) in to {
        match (from.get(key), new) {
            (Some(old), new) if old == new => {}
            (Some(Value::Object(old)), Value::Object(new)) => {
                patch.insert(key.clone(), Value::Object(self::patch(old, new)));
            }
            _ => {
                patch.insert(key.clone(), new.clone());
            }
        }
    }
    patch
}

#[cfg(test)]
pub mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 7396, section 2, as a viewer applies it.
    pub fn merge(target: &mut Value, patch: &Value) {
        let Value::Object(patch) = patch else {
            *target = patch.clone();
            return;
        };
        if !target.is_object() {
            *target = json!({});
        }
        let target = target.as_object_mut().unwrap();
        for (key, value) in patch {
            if value.is_null() {
                target.remove(key);
            } else {
                merge(target.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
    }

    /// Follows a script as a viewer does: the data of each step, with the snapshot after it. Checks that nothing of an earlier
    /// match is left, and that the snapshot stays small.
    pub fn follow(script: &Script) -> Vec<(Value, Value)> {
        let mut fresh = json!({});
        let mut steps = Vec::new();
        for step in &script.steps {
            merge(&mut fresh, &step.data);
            assert!(fresh.to_string().len() < 16 * 1024, "a snapshot is too large: {fresh}");
            steps.push((step.data.clone(), fresh.clone()));
        }
        let mut second = fresh.clone();
        for (step, (_, snapshot)) in script.steps.iter().zip(&steps) {
            merge(&mut second, &step.data);
            assert_eq!(&second, snapshot, "what the match before left shows through");
        }
        steps
    }

    #[test]
    fn a_patch_turns_one_board_into_the_next() {
        let boards = [
            json!({}),
            json!({"a": 1, "b": {"c": [1], "d": "x"}}),
            json!({"a": 2, "b": {"c": [1, 2]}}),
            json!({"b": {"d": "y"}, "e": {"f": {"g": false}}}),
            json!({"b": 3, "e": {}}),
        ];
        for from in &boards {
            for to in &boards {
                let patch = Value::Object(patch(from.as_object().unwrap(), to.as_object().unwrap()));
                let mut merged = from.clone();
                merge(&mut merged, &patch);
                assert_eq!(&merged, to, "{from} and {patch}");
            }
        }
    }

    #[test]
    fn a_patch_sends_only_what_changed() {
        let from = json!({"a": 1, "b": {"c": 1, "d": 2, "e": 3}});
        let to = json!({"a": 1, "b": {"c": 1, "d": 4}});
        let patch = patch(from.as_object().unwrap(), to.as_object().unwrap());
        assert_eq!(Value::Object(patch), json!({"b": {"e": null, "d": 4}}));
    }

    #[test]
    fn what_happened_last_is_sent_whole() {
        let mut script = Script::new(&["ball", "runs", "summary"], |_| json!({ "sides": [] }), Some("ball"));
        for ball in [json!({"n": 1, "runs": 4, "how": "cut"}), json!({"n": 2, "runs": 4})] {
            script.update(Duration::ZERO, json!({ "ball": ball, "runs": 4 }).as_object().unwrap().clone());
        }
        assert_eq!(script.steps[2].data, json!({"ball": {"how": null, "n": 2, "runs": 4}}));
    }
}
