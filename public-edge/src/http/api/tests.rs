//! Native answers over the sample catalog.
