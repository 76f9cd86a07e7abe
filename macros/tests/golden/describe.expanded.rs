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
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl<'a, T> ::ryu_sdn::__private::Describe for Count<'a, T>
where
    T: ::ryu_sdn::__private::Describe,
{
    fn schema(
        schemas: &mut ::ryu_sdn::__private::Schemas,
    ) -> ::ryu_sdn::__private::Value {
        schemas
            .of::<
                Count<'a, T>,
            >(
                "Count",
                |schemas| {
                    let mut object = ::ryu_sdn::__private::ObjectSchema::new(
                        "What was counted.",
                    );
                    let schema = <u64 as ::ryu_sdn::__private::Describe>::schema(
                        schemas,
                    );
                    object.member("packetsIn", true, "Packets that came in.", schema);
                    let schema = <Option<
                        &'a str,
                    > as ::ryu_sdn::__private::Describe>::schema(schemas);
                    object.member("loop", false, "", schema);
                    let schema = <String as ::ryu_sdn::__private::Describe>::schema(
                        schemas,
                    );
                    object.member("of", true, "", schema);
                    object.finish()
                },
            )
    }
}
#[derive(Serialize, Describe)]
#[serde(rename_all = "kebab-case")]
enum Phase {
    BeforeHello,
    #[serde(rename = "up")]
    Main,
}
#[automatically_derived]
#[diagnostic::do_not_recommend]
impl ::ryu_sdn::__private::Describe for Phase {
    fn schema(
        schemas: &mut ::ryu_sdn::__private::Schemas,
    ) -> ::ryu_sdn::__private::Value {
        schemas
            .of::<
                Phase,
            >(
                "Phase",
                |schemas| ::ryu_sdn::__private::words_schema("", &["before-hello", "up"]),
            )
    }
}
#[derive(Describe)]
#[serde(tag = "kind")]
enum Tagged {
    One(u8),
}
::core::compile_error! {
    "`tag` is not described; write `impl Describe` by hand"
}
::core::compile_error! {
    "a variant that holds something is not described; write `impl Describe` by hand"
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
::core::compile_error! {
    "`flatten` is not described; write `impl Describe` by hand"
}
::core::compile_error! {
    "say what is written: `#[describe(as = Type)]`"
}
::core::compile_error! {
    "unknown key `ass`; did you mean `as`?\nexpected: #[describe(as = Type)]"
}
