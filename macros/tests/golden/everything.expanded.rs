/// Learns where hosts are.
///
/// More words, which the list of apps does not show.
impl L2Switch {
    const TABLE: usize = 3;
    fn new(app: AppHandle, names: Ctx<HostNames>) -> Self {
        L2Switch { app, names }
    }
    async fn begin(&mut self) -> AppResult {
        Ok(())
    }
    fn end(&self) {}
    fn table_miss(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        self.install(ev)
    }
    /// Looks at a frame.
    #[inline]
    async fn packet_in(&mut self, ev: &ofp_event::PacketIn) -> AppResult {
        Ok(())
    }
    fn moved(&self, _: &HostMoved) {}
    #[cfg(feature = "lookups")]
    async fn lookup<'a>(&mut self, asked: &'a Asked<Lookup>) {}
    fn table(&mut self, dpid: Dpid) -> AppResult<Json<Vec<Entry>>> {
        self.entries(dpid)
    }
    async fn learn(
        &mut self,
        Json(body): Json<Self::Body>,
        port: PortNo,
        dpid: Dpid,
        all: &RouteRequest,
    ) -> StatusCode {
        StatusCode::OK
    }
    fn listener(&mut self, ws: WebSocket, dpid: Dpid) -> AppResult {
        self.listeners.add(ws)
    }
    fn count(&self) -> impl Reply + use<> {
        "none"
    }
    async fn age(&mut self) -> AppResult {
        Ok(())
    }
    fn blink(&mut self) {}
    fn install(&mut self, ev: &ofp_event::SwitchFeatures) -> AppResult {
        Ok(())
    }
}
static SUBMITTED: AppDescriptor = ::ryu_sdn::__private::AppDescriptor {
    name: "l2_switch",
    module: ::core::module_path!(),
    type_name: "L2Switch",
    summary: "Learns where hosts are.",
    aliases: &["ryu.app.l2_switch", "switch"],
    ofp_versions: &[V1_0, V1_3],
    requires: &["dpset"],
    emits: &[::ryu_sdn::__private::EventKind::of::<HostMoved>()],
    contexts: &[
        <AppHandle as ::ryu_sdn::__private::InitArg>::CONTEXT,
        <Ctx<HostNames> as ::ryu_sdn::__private::InitArg>::CONTEXT,
    ],
    handlers: &[
        ::ryu_sdn::__private::HandlerDescriptor {
            name: "table_miss",
            event: ::ryu_sdn::__private::EventKind::of::<ofp_event::SwitchFeatures>(),
            phases: ::ryu_sdn::__private::Phases::of(&[CONFIG_DISPATCHER]),
            call: ::ryu_sdn::__private::HandlerFn::Sync(|app, given| {
                let app = ::ryu_sdn::__private::app_mut::<L2Switch>(app);
                given
                    .each::<
                        ofp_event::SwitchFeatures,
                    >(|event| <AppResult as ::ryu_sdn::__private::HandlerAnswer>::into_result(
                        <L2Switch>::table_miss(
                            app,
                            <ofp_event::SwitchFeatures as ::ryu_sdn::__private::HandlerEvent<
                                ofp_event::SwitchFeatures,
                            >>::taken(event),
                        ),
                    ))
            }),
        },
        ::ryu_sdn::__private::HandlerDescriptor {
            name: "packet_in",
            event: ::ryu_sdn::__private::EventKind::of::<ofp_event::PacketIn>(),
            phases: ::ryu_sdn::__private::Phases::of(&[CONFIG_DISPATCHER, Phase::Main]),
            call: ::ryu_sdn::__private::HandlerFn::Async(|app, given| ::std::boxed::Box::pin(async move {
                <AppResult as ::ryu_sdn::__private::HandlerAnswer>::into_result(
                    <L2Switch>::packet_in(
                            ::ryu_sdn::__private::app_mut::<L2Switch>(app),
                            <ofp_event::PacketIn as ::ryu_sdn::__private::HandlerEvent<
                                ofp_event::PacketIn,
                            >>::taken(
                                ::ryu_sdn::__private::event_ref::<
                                    ofp_event::PacketIn,
                                >(given),
                            ),
                        )
                        .await,
                )
            })),
        },
        ::ryu_sdn::__private::HandlerDescriptor {
            name: "moved",
            event: ::ryu_sdn::__private::EventKind::of::<HostMoved>(),
            phases: ::ryu_sdn::__private::Phases::ANY,
            call: ::ryu_sdn::__private::HandlerFn::Sync(|app, given| {
                let app = ::ryu_sdn::__private::app_mut::<L2Switch>(app);
                given
                    .each::<
                        HostMoved,
                    >(|event| {
                        <L2Switch>::moved(
                            app,
                            <HostMoved as ::ryu_sdn::__private::HandlerEvent<
                                HostMoved,
                            >>::taken(event),
                        );
                        ::core::result::Result::Ok(())
                    })
            }),
        },
        #[cfg(feature = "lookups")]
        ::ryu_sdn::__private::HandlerDescriptor {
            name: "lookup",
            event: ::ryu_sdn::__private::EventKind::of::<Asked<Lookup>>(),
            phases: ::ryu_sdn::__private::Phases::ANY,
            call: ::ryu_sdn::__private::HandlerFn::Async(|app, given| ::std::boxed::Box::pin(async move {
                {
                    <L2Switch>::lookup(
                            ::ryu_sdn::__private::app_mut::<L2Switch>(app),
                            <Asked<
                                Lookup,
                            > as ::ryu_sdn::__private::HandlerEvent<
                                Asked<Lookup>,
                            >>::taken(
                                ::ryu_sdn::__private::event_ref::<Asked<Lookup>>(given),
                            ),
                        )
                        .await;
                    ::core::result::Result::Ok(())
                }
            })),
        },
    ],
    routes: &[
        ::ryu_sdn::__private::RouteDescriptor {
            name: "table",
            method: "GET",
            path: "/l2/{dpid}",
            help: "",
            params: &[::ryu_sdn::__private::ParamDescriptor::of::<Dpid>("dpid")],
            takes: &[],
            gives: <AppResult<Json<Vec<Entry>>> as ::ryu_sdn::__private::Reply>::MEDIA,
            status: 200,
            answers: |schemas| {
                #[allow(unused_imports)]
                use ::ryu_sdn::__private::{Described as _, Undescribed as _};
                ::ryu_sdn::__private::AnswerOf::<AppResult<Json<Vec<Entry>>>>::known()
                    .schema_if_known(schemas)
            },
            call: ::ryu_sdn::__private::RouteFn::Sync(|app, request| <AppResult<
                Json<Vec<Entry>>,
            > as ::ryu_sdn::__private::Reply>::into_reply(
                <L2Switch>::table(
                    ::ryu_sdn::__private::app_mut::<L2Switch>(app),
                    ::ryu_sdn::__private::RouteRequest::param::<Dpid>(request, "dpid")?,
                ),
            )),
        },
        ::ryu_sdn::__private::RouteDescriptor {
            name: "learn",
            method: "PUT",
            path: "/l2/{dpid}/{port}",
            help: "",
            params: &[
                ::ryu_sdn::__private::ParamDescriptor::of::<PortNo>("port"),
                ::ryu_sdn::__private::ParamDescriptor::of::<Dpid>("dpid"),
            ],
            takes: &[
                <Json<L2Switch::Body> as ::ryu_sdn::__private::FromRequest>::body,
                <RouteRequest as ::ryu_sdn::__private::FromRequest>::body,
            ],
            gives: <StatusCode as ::ryu_sdn::__private::Reply>::MEDIA,
            status: 200,
            answers: |schemas| {
                #[allow(unused_imports)]
                use ::ryu_sdn::__private::{Described as _, Undescribed as _};
                ::ryu_sdn::__private::AnswerOf::<StatusCode>::known()
                    .schema_if_known(schemas)
            },
            call: ::ryu_sdn::__private::RouteFn::Async(|app, request| ::std::boxed::Box::pin(async move {
                <StatusCode as ::ryu_sdn::__private::Reply>::into_reply(
                    <L2Switch>::learn(
                            ::ryu_sdn::__private::app_mut::<L2Switch>(app),
                            <Json<
                                L2Switch::Body,
                            > as ::ryu_sdn::__private::FromRequest>::from_request(
                                request,
                            )?,
                            ::ryu_sdn::__private::RouteRequest::param::<
                                PortNo,
                            >(request, "port")?,
                            ::ryu_sdn::__private::RouteRequest::param::<
                                Dpid,
                            >(request, "dpid")?,
                            &<RouteRequest as ::ryu_sdn::__private::FromRequest>::from_request(
                                request,
                            )?,
                        )
                        .await,
                )
            })),
        },
        ::ryu_sdn::__private::RouteDescriptor {
            name: "learn",
            method: "POST",
            path: "/l2/{dpid}/{port}",
            help: "",
            params: &[
                ::ryu_sdn::__private::ParamDescriptor::of::<PortNo>("port"),
                ::ryu_sdn::__private::ParamDescriptor::of::<Dpid>("dpid"),
            ],
            takes: &[
                <Json<L2Switch::Body> as ::ryu_sdn::__private::FromRequest>::body,
                <RouteRequest as ::ryu_sdn::__private::FromRequest>::body,
            ],
            gives: <StatusCode as ::ryu_sdn::__private::Reply>::MEDIA,
            status: 200,
            answers: |schemas| {
                #[allow(unused_imports)]
                use ::ryu_sdn::__private::{Described as _, Undescribed as _};
                ::ryu_sdn::__private::AnswerOf::<StatusCode>::known()
                    .schema_if_known(schemas)
            },
            call: ::ryu_sdn::__private::RouteFn::Async(|app, request| ::std::boxed::Box::pin(async move {
                <StatusCode as ::ryu_sdn::__private::Reply>::into_reply(
                    <L2Switch>::learn(
                            ::ryu_sdn::__private::app_mut::<L2Switch>(app),
                            <Json<
                                L2Switch::Body,
                            > as ::ryu_sdn::__private::FromRequest>::from_request(
                                request,
                            )?,
                            ::ryu_sdn::__private::RouteRequest::param::<
                                PortNo,
                            >(request, "port")?,
                            ::ryu_sdn::__private::RouteRequest::param::<
                                Dpid,
                            >(request, "dpid")?,
                            &<RouteRequest as ::ryu_sdn::__private::FromRequest>::from_request(
                                request,
                            )?,
                        )
                        .await,
                )
            })),
        },
        ::ryu_sdn::__private::RouteDescriptor {
            name: "listener",
            method: "GET",
            path: "/l2/{dpid}/ws",
            help: "",
            params: &[::ryu_sdn::__private::ParamDescriptor::of::<Dpid>("dpid")],
            takes: &[],
            gives: "",
            status: 101,
            answers: |_| ::core::option::Option::None,
            call: ::ryu_sdn::__private::RouteFn::Sync(|app, request| {
                let (ws, opening) = ::ryu_sdn::__private::accept(request)?;
                let answered: ::ryu_sdn::__private::AppResult = <AppResult as ::ryu_sdn::__private::HandlerAnswer>::into_result(
                    <L2Switch>::listener(
                        ::ryu_sdn::__private::app_mut::<L2Switch>(app),
                        ws,
                        ::ryu_sdn::__private::RouteRequest::param::<
                            Dpid,
                        >(request, "dpid")?,
                    ),
                );
                answered?;
                ::core::result::Result::Ok(opening)
            }),
        },
        ::ryu_sdn::__private::RouteDescriptor {
            name: "count",
            method: "GET",
            path: "/l2",
            help: "",
            params: &[],
            takes: &[],
            gives: ::ryu_sdn::__private::ANY_MEDIA,
            status: 200,
            answers: |_| ::core::option::Option::None,
            call: ::ryu_sdn::__private::RouteFn::Sync(|app, _| ::ryu_sdn::__private::Reply::into_reply(
                <L2Switch>::count(::ryu_sdn::__private::app_mut::<L2Switch>(app)),
            )),
        },
    ],
    timers: &[
        ::ryu_sdn::__private::TimerDescriptor {
            name: "age",
            period: ::core::time::Duration::from_secs(10u64),
            call: ::ryu_sdn::__private::HookFn::Async(|app| ::std::boxed::Box::pin(async move {
                <AppResult as ::ryu_sdn::__private::HandlerAnswer>::into_result(
                    <L2Switch>::age(::ryu_sdn::__private::app_mut::<L2Switch>(app)).await,
                )
            })),
        },
        ::ryu_sdn::__private::TimerDescriptor {
            name: "blink",
            period: ::core::time::Duration::from_millis(1500u64),
            call: ::ryu_sdn::__private::HookFn::Sync(|app| {
                <L2Switch>::blink(::ryu_sdn::__private::app_mut::<L2Switch>(app));
                ::core::result::Result::Ok(())
            }),
        },
    ],
    start: ::core::option::Option::Some(
        ::ryu_sdn::__private::HookFn::Async(|app| ::std::boxed::Box::pin(async move {
            <AppResult as ::ryu_sdn::__private::HandlerAnswer>::into_result(
                <L2Switch>::begin(::ryu_sdn::__private::app_mut::<L2Switch>(app)).await,
            )
        })),
    ),
    stop: ::core::option::Option::Some(
        ::ryu_sdn::__private::HookFn::Sync(|app| {
            <L2Switch>::end(::ryu_sdn::__private::app_mut::<L2Switch>(app));
            ::core::result::Result::Ok(())
        }),
    ),
    build: |scope| ::ryu_sdn::__private::built(
        <L2Switch as ::ryu_sdn::__private::InitAnswer<
            L2Switch,
        >>::into_app(
            <L2Switch>::new(
                <AppHandle as ::ryu_sdn::__private::InitArg>::from_scope(scope)?,
                <Ctx<HostNames> as ::ryu_sdn::__private::InitArg>::from_scope(scope)?,
            ),
        )?,
    ),
    ..::ryu_sdn::__private::AppDescriptor::NOTHING
};
