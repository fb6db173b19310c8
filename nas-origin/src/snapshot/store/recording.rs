//! A store in memory that writes down what it is asked for, and misbehaves on request.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::memory::InMemory;
use object_store::path::Path as ObjectPath;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

use super::{Conditions, Store};

/// How a call goes wrong.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Nothing is done; the answer is a server's error.
    Fail,
    /// It is done; the answer is lost.
    LoseReply,
    /// Nothing is done; the answer is a failed condition.
    SayChanged,
    /// Nothing is done; the answer is that the credentials do not allow it.
    Forbid,
    /// Somebody else writes these bytes just before.
    Overtake(Bytes),
    /// It is done, whatever the condition says.
    Heedless,
    /// Half of the bytes come back.
    Shorten,
    /// Other bytes come back.
    Garble,
}

struct Rule {
    call: &'static str,
    fault: Fault,
    skip: usize,
    times: usize,
}

/// The store under the adapter.
#[derive(Clone, Default)]
pub(crate) struct Recording {
    objects: Arc<InMemory>,
    calls: Arc<Mutex<Vec<String>>>,
    rules: Arc<Mutex<Vec<Rule>>>,
    /// Objects that are older than they are, by so many seconds.
    aged: Arc<Mutex<BTreeMap<String, i64>>>,
}

impl Recording {
    /// The adapter over it.
    pub(crate) fn open(&self) -> Store {
        Store::over(Arc::new(self.clone()), "memory://test".to_owned(), Conditions::ByStore, None).expect("a store")
    }

    /// The adapter over it, for a store that ignores conditions.
    pub(crate) fn open_alone(&self) -> Store {
        Store::over(Arc::new(self.clone()), "memory://test".to_owned(), Conditions::ByWriter, None).expect("a store")
    }

    /// Makes the next `times` calls that begin with `call` (such as `put manifest.json`) go wrong.
    pub(crate) fn break_calls(&self, call: &'static str, fault: Fault, times: usize) {
        self.break_later_calls(call, 0, fault, times);
    }

    /// As [`Recording::break_calls`], after `skip` calls that go well.
    pub(crate) fn break_later_calls(&self, call: &'static str, skip: usize, fault: Fault, times: usize) {
        self.rules.lock().expect("rules").push(Rule { call, fault, skip, times });
    }

    /// What was asked for, in order, since the last time.
    pub(crate) fn take_calls(&self) -> Vec<String> {
        std::mem::take(&mut self.calls.lock().expect("calls"))
    }

    /// An object as it is.
    pub(crate) fn object(&self, key: &str) -> Option<Bytes> {
        let read = async { self.objects.get(&ObjectPath::from(key)).await.ok()?.bytes().await.ok() };
        futures::executor::block_on(read)
    }

    /// Puts an object there, unseen.
    pub(crate) fn replace_object(&self, key: &str, bytes: Bytes) {
        futures::executor::block_on(self.objects.put(&ObjectPath::from(key), bytes.into())).expect("written");
    }

    /// Removes an object, unseen.
    pub(crate) fn remove_object(&self, key: &str) {
        futures::executor::block_on(self.objects.delete(&ObjectPath::from(key))).expect("removed");
    }

    /// Makes every object that is there older, until it is written again.
    pub(crate) fn age_all(&self, seconds: i64) {
        let mut aged = self.aged.lock().expect("ages");
        for key in self.keys() {
            *aged.entry(key).or_default() += seconds;
        }
    }

    async fn write(&self, location: &ObjectPath, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let written = self.objects.put_opts(location, payload, options).await?;
        self.aged.lock().expect("ages").remove(location.as_ref());
        Ok(written)
    }

    /// Whether an object was not written since it was made older.
    pub(crate) fn is_aged(&self, key: &str) -> bool {
        self.aged.lock().expect("ages").contains_key(key)
    }

    fn with_age(&self, mut meta: ObjectMeta) -> ObjectMeta {
        let aged = self.aged.lock().expect("ages");
        let seconds = aged.get(meta.location.as_ref()).copied().unwrap_or_default();
        meta.last_modified -= std::time::Duration::from_secs(seconds.cast_unsigned());
        meta
    }

    /// Every key, sorted.
    pub(crate) fn keys(&self) -> Vec<String> {
        let listed = self.objects.list(None).map(|meta| meta.expect("an object").location.to_string());
        let mut keys = futures::executor::block_on(listed.collect::<Vec<_>>());
        keys.sort();
        keys
    }

    /// The keys of a folder, sorted.
    pub(crate) fn keys_of(&self, folder: &str) -> Vec<String> {
        self.keys().into_iter().filter(|key| key.starts_with(&format!("{folder}/"))).collect()
    }

    fn note(&self, call: String) -> Option<Fault> {
        let mut rules = self.rules.lock().expect("rules");
        let rule = rules.iter_mut().find(|rule| rule.times > 0 && call.starts_with(rule.call));
        self.calls.lock().expect("calls").push(call);
        let rule = rule?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        rule.times -= 1;
        Some(rule.fault.clone())
    }
}

fn failed() -> Error {
    Error::Generic { store: "test", source: "the server is on fire".into() }
}

#[async_trait]
impl ObjectStore for Recording {
    async fn put_opts(&self, location: &ObjectPath, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let path = location.to_string();
        match self.note(format!("put {location}")) {
            Some(Fault::Fail) => return Err(failed()),
            Some(Fault::SayChanged) => return Err(Error::Precondition { path, source: "412".into() }),
            Some(Fault::Forbid) => return Err(Error::PermissionDenied { path, source: "403".into() }),
            Some(Fault::LoseReply) => {
                self.write(location, payload, options).await?;
                return Err(failed());
            }
            Some(Fault::Heedless) => return self.objects.put(location, payload).await,
            Some(Fault::Overtake(bytes)) => drop(self.objects.put(location, bytes.into()).await?),
            Some(Fault::Shorten | Fault::Garble) | None => {}
        }
        self.write(location, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        location: &ObjectPath,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        match self.note(format!("put parts of {location}")) {
            Some(_) => Err(failed()),
            None => self.objects.put_multipart_opts(location, options).await,
        }
    }

    async fn get_opts(&self, location: &ObjectPath, options: GetOptions) -> Result<GetResult> {
        let verb = if options.head { "head" } else { "get" };
        let fault = self.note(format!("{verb} {location}"));
        let mut found = self.objects.get_opts(location, options).await?;
        found.meta = self.with_age(found.meta);
        match fault {
            Some(Fault::Shorten) => {
                let half = usize::try_from(found.meta.size / 2).expect("small");
                found.payload = payload(vec![b'{'; half].into());
                Ok(found)
            }
            Some(Fault::Garble) => {
                let all = usize::try_from(found.meta.size).expect("small");
                found.payload = payload(vec![b'{'; all].into());
                Ok(found)
            }
            Some(_) => Err(failed()),
            None => Ok(found),
        }
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<ObjectPath>>,
    ) -> BoxStream<'static, Result<ObjectPath>> {
        let store = self.clone();
        let allowed = locations.map(move |location| {
            let location = location?;
            store.note(format!("delete {location}")).map_or(Ok(location), |_| Err(failed()))
        });
        self.objects.delete_stream(allowed.boxed())
    }

    fn list(&self, prefix: Option<&ObjectPath>) -> BoxStream<'static, Result<ObjectMeta>> {
        if self.note(format!("list {}", prefix.map(ToString::to_string).unwrap_or_default())).is_some() {
            return stream::once(async { Err(failed()) }).boxed();
        }
        let store = self.clone();
        self.objects.list(prefix).map_ok(move |meta| store.with_age(meta)).boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&ObjectPath>) -> Result<ListResult> {
        self.objects.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &ObjectPath, to: &ObjectPath, options: CopyOptions) -> Result<()> {
        self.objects.copy_opts(from, to, options).await
    }
}

fn payload(bytes: Bytes) -> GetResultPayload {
    GetResultPayload::Stream(stream::once(async move { Ok(bytes) }).boxed())
}

impl fmt::Display for Recording {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("recording")
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("recording")
    }
}
