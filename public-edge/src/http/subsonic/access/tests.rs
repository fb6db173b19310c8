//! Who is let in, and with which code the others are refused.

use super::*;

fn outcome(query: &str) -> u32 {
    let mut params = Params::default();
    params.add(query).expect("UTF-8");
    let guest = Guest { user: "guest".to_owned(), password: "sesame".to_owned() };
    check(&params, &guest).map_or_else(|error| error.code(), |()| 0)
}

#[test]
fn nobody_in_particular_and_the_guest_are_let_in() {
    let token = "26719a1196d2a940705a59634eb18eab";
    for query in ["", "c=x&v=1.16.1", "u=guest&p=sesame", "u=guest&p=enc:736573616d65", "u=guest&p=enc:736573616D65"] {
        assert_eq!(outcome(query), 0, "{query}");
    }
    assert_eq!(outcome(&format!("u=guest&t={token}&s=c19b2d")), 0);
    assert_eq!(outcome(&format!("u=guest&t={}&s=c19b2d", token.to_uppercase())), 0);
}

#[test]
fn anything_else_is_refused() {
    let refused = [
        "u=guest",
        "p=sesame",
        "u=guest&p=",
        "u=&p=",
        "u=guest&p=Sesame",
        "u=Guest&p=sesame",
        "u=guest&p=enc:xyz",
        "u=guest&p=enc:7",
        "u=guest&p=enc:",
        "u=guest&t=26719a1196d2a940705a59634eb18eab",
        "u=guest&s=c19b2d",
        "u=guest&t=26719a1196d2a940705a59634eb18eab&s=other",
        "u=other&t=26719a1196d2a940705a59634eb18eab&s=c19b2d",
        "u=guest&t=%00&s=c19b2d",
        "t=26719a1196d2a940705a59634eb18eab&s=c19b2d",
        "apiKey=k",
    ];
    for query in refused {
        assert_eq!(outcome(query), 40, "{query}");
    }
}

#[test]
fn two_ways_at_once_conflict() {
    for query in
        ["u=guest&p=sesame&t=x&s=y", "u=guest&p=sesame&t=x", "apiKey=k&u=guest", "apiKey=k&p=sesame", "apiKey=k&t=x"]
    {
        assert_eq!(outcome(query), 43, "{query}");
    }
}
