//! Walking folders, reading tags, finding and scaling covers.
