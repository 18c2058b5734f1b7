//! The edge: the Lambda API, the Runtime API and function URLs over HTTP, AWS's JSON and errors.
