use super::*;

fn body(bytes: usize) -> StoredBody {
    StoredBody::new(HeaderMap::new(), Bytes::from(vec![b'x'; bytes]))
}

fn keep(cache: &BodyCache, key: &[u8], encoding: Encoding, body: &StoredBody) {
    cache.keep(|kept| &mut kept.answers, key, encoding, body);
}

#[test]
fn answers_and_objects_leave_each_other_half_of_the_room() {
    let cache = BodyCache::new(5000);
    for number in 0..10 {
        cache.keep_object(&number.to_string(), &Bytes::from(vec![b'x'; 600]));
    }
    keep(&cache, b"1", Encoding::Identity, &body(600));
    keep(&cache, b"2", Encoding::Identity, &body(600));
    assert!(cache.find_object("9").is_some() && cache.find_object("0").is_none());
    assert!(cache.find(b"1", Encoding::Identity).is_some() && cache.find(b"2", Encoding::Identity).is_some());
    assert!(cache.usage().bytes <= 5000);
}

#[test]
fn the_least_asked_for_goes_when_the_room_is_full() {
    let cache = BodyCache::new(5000);
    for key in [b"0", b"1", b"2", b"3"] {
        keep(&cache, key, Encoding::Identity, &body(600));
    }
    assert!(cache.find(b"0", Encoding::Identity).is_some());
    keep(&cache, b"9", Encoding::Identity, &body(600));
    assert!(cache.find(b"1", Encoding::Identity).is_none(), "the oldest untouched");
    assert!(cache.find(b"0", Encoding::Identity).is_some() && cache.find(b"9", Encoding::Identity).is_some());
    assert!(cache.usage().bytes <= 5000);
}

#[test]
fn a_giant_does_not_push_everything_out() {
    let cache = BodyCache::new(5000);
    keep(&cache, b"1", Encoding::Identity, &body(100));
    keep(&cache, b"2", Encoding::Identity, &body(4000));
    keep(&cache, &[b'3'; 4000], Encoding::Identity, &body(100));
    assert!(cache.find(b"1", Encoding::Identity).is_some() && cache.find(b"2", Encoding::Identity).is_none());
    assert!(cache.find(&[b'3'; 4000], Encoding::Identity).is_none(), "a question takes room too");
}

#[test]
fn every_coding_counts_and_replacing_counts_once() {
    let cache = BodyCache::new(5000);
    for _ in 0..100 {
        keep(&cache, b"1", Encoding::Gzip, &body(100));
    }
    assert_eq!(cache.usage().bytes, body(100).cost_bytes(b"1"));
    keep(&cache, b"1", Encoding::Identity, &body(300));
    assert_eq!(cache.usage().bytes, body(100).cost_bytes(b"1") + body(300).cost_bytes(b"1"));
    (0..10).for_each(|number| keep(&cache, &[number], Encoding::Identity, &body(600)));
    let all: usize = cache.lock().answers.kept.iter().map(|(key, _)| body(600).cost_bytes(key)).sum();
    assert_eq!(cache.usage().bytes, all, "what went is not counted any more");
}
