//! The JSON Schema of claims files, from the structs that read them.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use crate::checks::KINDS;
use crate::claim::{
    ClaimSpec, ColumnSpec, CommonSpec, DataSpec, LiftSpec, QuestionSpec, ReportSpec, SourceSpec,
    WaiverSpec,
};

/// The JSON Schema (draft 2020-12) of a claims file.
pub fn schema() -> Value {
    let mut generator = SchemaGenerator::default();
    let claim = generator.subschema_for::<ClaimSpec>();
    let short = json!({ "anyOf": [claim, { "type": ["string", "number"] }] });
    let named = |of: Value| json!({ "type": "object", "additionalProperties": of });
    let mut properties = Map::new();
    let mut add = |name: &str, schema: Value| properties.insert(name.to_owned(), schema);
    add(
        "include",
        json!({
            "description": "Other claims files of the same edition, relative to this one.",
            "type": ["string", "array"], "items": { "type": "string" },
        }),
    );
    add("report", generator.subschema_for::<ReportSpec>().into());
    add("claim", named(short));
    add("source", named(generator.subschema_for::<SourceSpec>().into()));
    add("question", named(generator.subschema_for::<QuestionSpec>().into()));
    let mut data = Value::from(DataSpec::json_schema(&mut generator));
    let cells = Value::from(ColumnSpec::json_schema(&mut generator));
    with_keys_of(&mut data, &cells);
    add("data", named(data));
    let waiver = Value::from(WaiverSpec::json_schema(&mut generator));
    add("waiver", json!({ "type": "array", "items": waiver }));
    let common = Value::from(CommonSpec::json_schema(&mut generator));
    let lift = Value::from(LiftSpec::json_schema(&mut generator));
    for kind in KINDS.iter().filter(|kind| kind.written) {
        let mut item = Value::from(kind.schema(&mut generator));
        with_keys_of(&mut item, &common);
        if kind.lifts() {
            with_keys_of(&mut item, &lift);
        }
        add(kind.name, json!({ "type": "array", "items": item }));
    }
    let definitions = generator.take_definitions(true);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tieout claims file",
        "description": "The figures of one edition of a report, and what is asserted of them.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "$defs": definitions,
    })
}

fn with_keys_of(table: &mut Value, other: &Value) {
    if let (Some(own), Some(shared)) =
        (table["properties"].as_object_mut(), other["properties"].as_object())
    {
        for (key, value) in shared {
            own.entry(key).or_insert_with(|| value.clone());
        }
    }
}
