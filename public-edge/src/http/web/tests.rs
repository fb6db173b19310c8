//! Pages over the sample catalog.
