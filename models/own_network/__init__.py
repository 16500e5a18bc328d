"""A face network of the family's own, in an ONNX file."""
