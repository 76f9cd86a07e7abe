/// What was counted.
#[derive(Serialize, Describe)]
#[serde(rename_all = "camelCase")]
struct Count<'a, T> {
    /// Packets that came in.
    packets_in: u64,
    #[serde(rename = "loop", skip_serializing_if = "Option::is_none")]
    turns: Option<&'a str>,
    #[serde(skip)]
    secret: u8,
    #[serde(with = "as_text")]
    #[describe(as = String)]
    of: T,
}

#[derive(Serialize, Describe)]
#[serde(rename_all = "kebab-case")]
enum Phase {
    BeforeHello,
    #[serde(rename = "up")]
    Main,
}

#[derive(Describe)]
#[serde(tag = "kind")]
enum Tagged {
    One(u8),
}

#[derive(Describe)]
struct Hidden {
    #[serde(flatten)]
    more: Count,
    #[serde(serialize_with = "as_text")]
    number: u8,
    #[describe(ass = u8)]
    other: u8,
}
