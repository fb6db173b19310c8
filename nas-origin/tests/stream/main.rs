//! The stream route as a client meets it: a real listener, a real catalog, real files.

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod conditions;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod ranges;
#[cfg(test)]
mod statuses;
#[cfg(test)]
mod yard;
