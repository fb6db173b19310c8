//! How it is asked: politely, and what happens when the answer is none.

use super::*;

#[test]
fn who_asks_says_so_and_takes_a_second_for_each_question() {
    let shelf = known();
    shelf.enrich();
    let asked = shelf.double.asked();
    for one in &asked {
        let agent = one.headers["user-agent"].to_str().unwrap();
        assert_eq!(agent, format!("music-cloud/{} ( me@example.org )", env!("CARGO_PKG_VERSION")));
    }
    let first = std::iter::once(Duration::ZERO).chain(asked.iter().map(|one| one.at));
    assert!(first.zip(&asked).all(|(before, one)| one.at >= before + Duration::from_secs(1)));
}

#[test]
fn nobody_is_asked_while_it_is_off() {
    let mut shelf = known();
    for off in [
        EnrichmentConfig { contact: None, ..shelf.config.clone() },
        EnrichmentConfig { musicbrainz: false, cover_art: false, ..shelf.config.clone() },
    ] {
        shelf.config = off;
        assert!(matches!(enrich(&shelf.job(), &Watch::new(9)), Err(EnrichFailure::Off)));
        assert_eq!(shelf.questions(NOW), [0, 0]);
    }
    assert!(shelf.double.asked().is_empty());
    assert!(!EnrichmentConfig::default().is_on());
}

#[test]
fn what_nobody_knows_is_asked_again_after_a_month() {
    let shelf = Shelf::with(&[record("Blue Hour")]);
    shelf.double.reply(SEARCH, [search("Something else")]);
    let mark = shelf.mark();
    assert_eq!(shelf.enrich().unknown, 1);
    assert_eq!((shelf.track(1).status.as_str(), shelf.mark()), ("tagged", mark));
    assert_eq!(shelf.double.paths(), [SEARCH]);
    let later = |days| EnrichJob { now: NOW + days * DAY, ..shelf.job() };
    assert_eq!(enrich(&later(29), &Watch::new(9)).unwrap().questions, 0);
    shelf.double.reply(SEARCH, [search("Blue Hour")]);
    assert_eq!(enrich(&later(31), &Watch::new(9)).unwrap().enriched, 1);
}

#[test]
fn a_server_that_is_busy_is_asked_again_when_it_wishes() {
    let shelf = known();
    shelf.double.reply(SEARCH, [Reply::status(503).with("retry-after", "40"), Reply::status(429), search("Blue Hour")]);
    assert_eq!(shelf.enrich().enriched, 1);
    let at: Vec<u64> = shelf.double.asked().iter().take(3).map(|one| one.at.as_secs()).collect();
    assert!(at[1] >= at[0] + 40 && at[2] >= at[1] + 4, "{at:?}");
}

#[test]
fn a_server_that_is_away_ends_its_part_alone_and_the_rest_is_asked_later() {
    let shelf = Shelf::with(&[
        record("Blue Hour"),
        TrackRecord {
            album: AlbumTags { musicbrainz_id: Some(RELEASE.to_owned()), ..record("x").album },
            ..record("Red Hour")
        },
    ]);
    shelf.double.reply(SEARCH, [Reply::status(503)]);
    shelf.double.reply(&cover_path(), [Reply::of(png())]);
    let report = shelf.enrich();
    assert_eq!((report.enriched, report.covers, report.absent.len()), (0, 1, 1));
    assert!(report.outcome().contains("answers 503"), "{}", report.outcome());
    assert_eq!(shelf.questions(NOW), [2, 0]);
}

#[test]
fn answers_that_are_no_answers_fail_alone() {
    let shelf = Shelf::with(&[record("Blue Hour"), record("Red Hour"), record("Grey Hour"), record("Blue Hour ")]);
    let too_much = vec![b' '; usize::try_from(musicbrainz::MAX_ANSWER_BYTES).unwrap() + 1];
    let replies = [Reply::of("<html>"), Reply::of(too_much), Reply::status(400), search("Blue Hour ")];
    shelf.double.reply(SEARCH, replies);
    shelf.double.reply(&lookup_path(), [lookup()]);
    shelf.double.reply(&cover_path(), [Reply::of("no picture")]);
    let report = shelf.enrich();
    assert_eq!((report.enriched, report.covers, report.absent.len()), (1, 0, 0));
    let reasons: Vec<&str> = report.failures.iter().map(|(_, reason)| reason.as_str()).collect();
    let wanted = ["not understood", "larger than", "answers 400", "not a picture"];
    assert!(
        reasons.len() == 4 && reasons.iter().zip(wanted).all(|(reason, word)| reason.contains(word)),
        "{reasons:?}"
    );
    assert_eq!(shelf.questions(NOW + DAY + 1), [3, 1]);
}

#[test]
fn a_redirect_into_the_owners_network_is_not_followed() {
    let shelf = known();
    let inside = Double::start(&shelf.clock);
    inside.reply("/image", [Reply::of(png())]);
    let named = format!("http://localhost:{}/image", inside.address.port());
    for place in [format!("http://{}/image", inside.address), named, "file:///etc/passwd".to_owned()] {
        shelf.library.write(|tx| tx.execute("DELETE FROM album_enrichments", []).map_err(LibraryError::from)).unwrap();
        shelf.double.reply(&cover_path(), [Reply::to(&place)]);
        let report = shelf.enrich();
        let failed = report.failures.first().map(|(_, reason)| reason.as_str()).unwrap_or_default();
        assert!(failed.contains("not in the public internet"), "{place}: {report:?}");
    }
    shelf.double.reply(&cover_path(), [Reply::to(&format!("http://{}{}", shelf.double.address, cover_path()))]);
    shelf.library.write(|tx| tx.execute("DELETE FROM album_enrichments", []).map_err(LibraryError::from)).unwrap();
    shelf.enrich();
    assert!(inside.asked().is_empty());
}

#[test]
fn a_run_that_is_stopped_or_pauses_goes_on_with_the_next() {
    let shelf = Shelf::with(&[record("One"), record("Two"), record("Three")]);
    let watch = Watch::new(1);
    let stopped = enrich(&shelf.job(), &watch).unwrap();
    assert_eq!((stopped.ended, stopped.unknown, watch.planned.load(Ordering::Relaxed)), (Ended::Cancelled, 1, 3));
    let slice = EnrichJob { slice: Some(Duration::from_secs(1)), ..shelf.job() };
    let paused = enrich(&slice, &Watch::new(9)).unwrap();
    assert_eq!((paused.ended, paused.unknown), (Ended::Paused, 1));
    assert_eq!(shelf.enrich().unknown, 1);
    assert_eq!(shelf.double.asked().len(), 3, "each once");
}

#[test]
fn one_enrichment_at_a_time() {
    let shelf = known();
    let held = lock(&shelf.library).unwrap();
    assert!(matches!(enrich(&shelf.job(), &Watch::new(9)), Err(EnrichFailure::Busy)));
    drop(held);
    assert_eq!(shelf.enrich().enriched, 1);
}
