//! Which artists are like which: worked out once, when a catalog is published, from what their tracks say. Pure: the
//! same tracks give the same answer, and nothing is left to chance.
//!
//! Those are compared who stand near each other: performers of one album, and neighbours in a main genre when it is put
//! in order by era. So the work grows with the catalog, not with its square.

/// Artists that one is like, at most.
pub const MOST_SIMILAR: usize = 12;
/// Genres that an artist is known by, at most.
pub const MAIN_GENRES: usize = 3;
/// Those before and behind an artist in the order of a genre that are looked at.
pub const NEIGHBOURS: usize = 8;
/// An album of more performers than these is a compilation, which says nothing about who belongs together.
pub const MOST_PERFORMERS: usize = 16;

/// What one album in common is worth.
const SHARED_ALBUM: u32 = 6;
/// Albums in common that count.
const MOST_SHARED_ALBUMS: u32 = 4;
/// What eras are worth that lie so many years apart at most.
const ERAS: [(u32, u32); 4] = [(2, 4), (5, 3), (10, 2), (20, 1)];

/// What an artist is known by.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Performer {
    /// Performed tracks.
    pub song_count: u32,
    /// The genres of most tracks, in that order; of as many, the lower number first.
    pub genres: [Option<u32>; MAIN_GENRES],
    /// The mean year of the tracks that have one.
    pub year: Option<i32>,
}

impl Performer {
    /// What tracks say, each by its first genre and its year.
    pub fn of(tracks: impl IntoIterator<Item = (Option<u32>, Option<i32>)>) -> Self {
        let (mut song_count, mut years, mut dated) = (0_u32, 0_i64, 0_i64);
        let mut counts: Vec<(u32, u32)> = Vec::new();
        for (genre, year) in tracks {
            song_count = song_count.saturating_add(1);
            if let Some(year) = year {
                (years, dated) = (years + i64::from(year), dated + 1);
            }
            match counts.iter_mut().find(|(known, _)| Some(*known) == genre) {
                Some((_, count)) => *count += 1,
                None => counts.extend(genre.map(|genre| (genre, 1))),
            }
        }
        counts.sort_unstable_by_key(|(genre, count)| (u32::MAX - count, *genre));
        let year = years.checked_div_euclid(dated).and_then(|year| i32::try_from(year).ok());
        let mut genres = [None; MAIN_GENRES];
        for (place, (genre, _)) in genres.iter_mut().zip(counts) {
            *place = Some(genre);
        }
        Self { song_count, genres, year }
    }
}

/// How alike two artists are who have so many albums in common; 0 when only their eras could be.
pub fn affinity(one: &Performer, other: &Performer, shared_albums: u32) -> u32 {
    let reasons = SHARED_ALBUM * shared_albums.min(MOST_SHARED_ALBUMS) + genre_affinity(one, other);
    if reasons == 0 { 0 } else { reasons + era_affinity(one.year, other.year) }
}

/// 9 for the main genre of both, less for genres further back.
fn genre_affinity(one: &Performer, other: &Performer) -> u32 {
    let mut sum = 0;
    for (weight, genre) in weighted(one) {
        let same = weighted(other).find(|(_, theirs)| *theirs == genre);
        sum += same.map_or(0, |(their_weight, _)| weight * their_weight);
    }
    sum
}

/// 3 for the main genre, 2 and 1 for the next.
fn weighted(performer: &Performer) -> impl Iterator<Item = (u32, u32)> {
    (1..=3).rev().zip(performer.genres).filter_map(|(weight, genre)| Some((weight, genre?)))
}

fn era_affinity(one: Option<i32>, other: Option<i32>) -> u32 {
    let (Some(one), Some(other)) = (one, other) else { return 0 };
    ERAS.iter().find(|(years, _)| one.abs_diff(other) <= *years).map_or(0, |(_, worth)| *worth)
}

/// All artists of a catalog, known by their place, in every order that similar ones are found by.
pub struct Scene {
    performers: Vec<Performer>,
    /// The albums that each artist performs on with a few others.
    albums_of: Links,
    /// The performers of those albums.
    performers_of: Links,
    /// Genre, year and artist, sorted: those of a genre by era.
    eras: Vec<(u32, i32, u32)>,
}

impl Scene {
    /// Puts artists in order. `links` are artists and the albums that they perform on, each once.
    pub fn new(performers: Vec<Performer>, links: &[(u32, u32)]) -> Self {
        let mut links = links_of_few(links);
        links.sort_unstable();
        let performers_of = Links::new(&links);
        for (album, artist) in &mut links {
            std::mem::swap(album, artist);
        }
        links.sort_unstable();
        let albums_of = Links::new(&links);
        let mut eras = Vec::new();
        for (artist, performer) in (0..).zip(&performers) {
            eras.extend(performer.genres.iter().flatten().map(|genre| era(*genre, performer, artist)));
        }
        eras.sort_unstable();
        Self { performers, albums_of, performers_of, eras }
    }

    /// The artists that one is most like, the most alike first; then those with more songs, then by place.
    pub fn similar_to(&self, artist: u32) -> Vec<u32> {
        let Some(own) = self.performers.get(artist as usize) else { return Vec::new() };
        let mut met = self.met_on_albums(artist);
        let shared = met.len();
        self.add_neighbours(artist, own, &mut met);
        met[..shared].sort_unstable();
        met[shared..].sort_unstable();
        let mut scored = self.score(own, artist, &met[..shared], &met[shared..]);
        scored.sort_unstable();
        scored.into_iter().take(MOST_SIMILAR).map(|(_, _, other)| other).collect()
    }

    /// The other performers of an artist's albums, each as often as they meet.
    fn met_on_albums(&self, artist: u32) -> Vec<u32> {
        let mut met = Vec::new();
        for album in self.albums_of.of(artist) {
            met.extend(self.performers_of.of(*album).iter().filter(|other| **other != artist));
        }
        met
    }

    /// Those around an artist in the order of each of its genres.
    fn add_neighbours(&self, artist: u32, own: &Performer, met: &mut Vec<u32>) {
        for genre in own.genres.iter().flatten() {
            let Ok(at) = self.eras.binary_search(&era(*genre, own, artist)) else { continue };
            let is_of_genre = |entry: &&(u32, i32, u32)| entry.0 == *genre;
            let (before, behind) = (self.eras[..at].iter().rev(), self.eras[at + 1..].iter());
            met.extend(before.take(NEIGHBOURS).take_while(is_of_genre).map(|entry| entry.2));
            met.extend(behind.take(NEIGHBOURS).take_while(is_of_genre).map(|entry| entry.2));
        }
    }

    /// Each artist that was met once, in an order that sorts: the worth is subtracted.
    fn score(&self, own: &Performer, artist: u32, sharers: &[u32], neighbours: &[u32]) -> Vec<(u32, u32, u32)> {
        let once = |other: u32, shared_albums: u32| {
            let theirs = &self.performers[other as usize];
            (u32::MAX - affinity(own, theirs, shared_albums), u32::MAX - theirs.song_count, other)
        };
        let by_albums = sharers.chunk_by(|one, other| one == other);
        let mut scored: Vec<_> =
            by_albums.map(|same| once(same[0], u32::try_from(same.len()).unwrap_or(u32::MAX))).collect();
        let others = neighbours.chunk_by(|one, other| one == other).map(|same| same[0]);
        let is_new = |other: &u32| *other != artist && sharers.binary_search(other).is_err();
        scored.extend(others.filter(is_new).map(|other| once(other, 0)));
        scored
    }
}

/// Albums and their performers, of albums that have several and are no compilation.
fn links_of_few(links: &[(u32, u32)]) -> Vec<(u32, u32)> {
    let mut counts = vec![0_usize; links.iter().map(|(_, album)| *album as usize + 1).max().unwrap_or(0)];
    for (_, album) in links {
        counts[*album as usize] += 1;
    }
    let is_of_few = |(_, album): &&(u32, u32)| (2..=MOST_PERFORMERS).contains(&counts[*album as usize]);
    links.iter().filter(is_of_few).map(|(artist, album)| (*album, *artist)).collect()
}

/// An artist without a year comes behind those that have one.
fn era(genre: u32, performer: &Performer, artist: u32) -> (u32, i32, u32) {
    (genre, performer.year.unwrap_or(i32::MAX), artist)
}

/// What each thing is linked to, found without a search: a catalog has millions of links.
struct Links {
    /// Where those of each thing begin, and the end of the last.
    starts: Vec<u32>,
    targets: Vec<u32>,
}

impl Links {
    /// From sorted links.
    fn new(links: &[(u32, u32)]) -> Self {
        let mut starts = vec![0; links.last().map_or(0, |(last, _)| *last as usize + 1) + 1];
        for (from, _) in links {
            starts[*from as usize + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Self { starts, targets: links.iter().map(|(_, target)| *target).collect() }
    }

    fn of(&self, thing: u32) -> &[u32] {
        match self.starts.get(thing as usize..thing as usize + 2) {
            Some([start, end]) => &self.targets[*start as usize..*end as usize],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn performer(song_count: u32, genres: &[u32], year: Option<i32>) -> Performer {
        let mut known = [None; MAIN_GENRES];
        known.iter_mut().zip(genres).for_each(|(place, genre)| *place = Some(*genre));
        Performer { song_count, genres: known, year }
    }

    #[test]
    fn an_artist_is_known_by_the_genres_of_most_tracks_and_their_mean_year() {
        let tracks = [(Some(7), Some(1990)), (Some(3), None), (Some(7), Some(1993)), (Some(1), None), (None, None)];
        assert_eq!(Performer::of(tracks), performer(5, &[7, 1, 3], Some(1991)));
        assert_eq!(Performer::of([]), Performer::default());
        let many = (0..10).map(|genre| (Some(9 - genre), None));
        assert_eq!(Performer::of(many).genres, [Some(0), Some(1), Some(2)]);
    }

    #[test]
    fn genres_and_albums_make_artists_alike_and_eras_only_more_so() {
        let rock = performer(1, &[1], Some(1970));
        assert_eq!(affinity(&rock, &performer(1, &[2], Some(1970)), 0), 0);
        assert_eq!(affinity(&rock, &performer(1, &[2], Some(1970)), 1), 10);
        assert_eq!(affinity(&rock, &performer(1, &[1], None), 0), 9);
        assert_eq!(affinity(&rock, &performer(1, &[2, 1], Some(1979)), 0), 8);
        assert_eq!(affinity(&rock, &performer(1, &[2], None), 99), 24);
    }

    #[test]
    fn the_most_alike_come_first_and_nobody_is_like_itself() {
        let scene = Scene::new(
            vec![
                performer(5, &[1], Some(1970)),
                performer(9, &[1], Some(1999)),
                performer(1, &[1], Some(1971)),
                performer(1, &[2], None),
                performer(7, &[2], None),
                performer(3, &[], None),
                performer(8, &[1], Some(1999)),
            ],
            &[(0, 0), (3, 0), (0, 1), (3, 1)],
        );
        assert_eq!(scene.similar_to(0), [2, 3, 1, 6], "two albums are worth 12, the genre 9, the era 4 of them");
        assert_eq!(scene.similar_to(3), [0, 4]);
        assert!(scene.similar_to(5).is_empty() && scene.similar_to(99).is_empty());
    }

    #[test]
    fn compilations_and_crowds_make_nobody_alike() {
        let crowd = u32::try_from(MOST_PERFORMERS).expect("few") + 1;
        let scene = Scene::new(
            vec![Performer::default(); crowd as usize],
            &(0..crowd).map(|artist| (artist, 0)).collect::<Vec<_>>(),
        );
        assert!(scene.similar_to(0).is_empty());
        let same = Scene::new(vec![performer(1, &[1], None); 1000], &[]);
        assert_eq!(same.similar_to(500).len(), MOST_SIMILAR);
        assert_eq!(same.similar_to(0), (1..=8).collect::<Vec<_>>());
    }
}
